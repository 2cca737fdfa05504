//! A mistake of types in the body: the error is as without the attributes.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: A `?` on an error that the function cannot return: the error is on the user's `?`.
#[transactional]
async fn of_a_question_mark(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let amount: i64 = "12".parse()?;
    sqlx::query("SELECT ?")
        .bind(amount)
        .execute(session)
        .await?;
    Ok(())
}

// case: The last expression is not a `Result`: the error is on that expression.
#[transactional]
async fn without_ok(session: &mut Session<Sqlite>) -> Result<u64, sqlx::Error> {
    let done = sqlx::query("SELECT 1").execute(session).await?;
    done.rows_affected()
}

// case: The body ends without a value: the error is on the return type.
#[transactional]
async fn without_a_value(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
}

// case: A `?` on an error that the function cannot return, under `#[retry_on_error]`.
#[retry_on_error]
async fn error_of_a_question_mark(id: String) -> Result<i64, sqlx::Error> {
    let id: i64 = id.parse()?;
    Ok(id)
}

// case: The body returns another type, under `#[retry_on_error]`.
#[retry_on_error]
#[transactional]
async fn wrong_type_returned(session: &mut Session<Sqlite>, id: i64) -> Result<i64, sqlx::Error> {
    let text: String = sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await?;
    Ok(text)
}

fn main() {}
