//! An argument by value cannot be cloned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

struct Ticket(i64);

// case: An argument of a transaction is not `Clone`.
#[retry_on_error]
#[transactional]
async fn argument_that_is_not_clone(
    session: &mut Session<Sqlite>,
    ticket: Ticket,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?")
        .bind(ticket.0)
        .execute(session)
        .await?;
    Ok(())
}

// case: An argument of a function without a transaction is not `Clone`.
#[retry_on_error]
async fn argument_that_is_not_clone_alone(ticket: Ticket) -> Result<(), sqlx::Error> {
    drop(ticket);
    Ok(())
}

// case: One of the names that a pattern binds is not `Clone`.
#[retry_on_error]
#[transactional]
async fn argument_that_is_not_clone_in_a_pattern(
    session: &mut Session<Sqlite>,
    (mut ticket, id): (Ticket, i64),
) -> Result<(), sqlx::Error> {
    ticket.0 += id;
    sqlx::query("SELECT ?")
        .bind(ticket.0)
        .execute(session)
        .await?;
    Ok(())
}

// case: An argument is of a type parameter without `Clone`.
#[retry_on_error]
#[transactional]
async fn generic_argument_that_is_not_clone<K: Into<i64>>(
    session: &mut Session<Sqlite>,
    key: K,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?")
        .bind(key.into())
        .execute(session)
        .await?;
    Ok(())
}

// case: An argument is an `impl Trait` without `Clone`.
#[retry_on_error]
#[transactional]
async fn impl_trait_argument_that_is_not_clone(
    session: &mut Session<Sqlite>,
    ids: impl IntoIterator<Item = i64>,
) -> Result<(), sqlx::Error> {
    for id in ids {
        sqlx::query("SELECT ?")
            .bind(id)
            .execute(&mut *session)
            .await?;
    }
    Ok(())
}

fn main() {}
