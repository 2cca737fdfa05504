//! No argument is the session.

use sqlx::{Executor, MySql, PgPool, Sqlite, SqliteConnection, SqlitePool, Transaction};
use sqlx_transactional::{ReadWrite, Session, Source, transactional};

// case: No argument looks like a session.
#[transactional]
async fn no_session(from: i64, to: i64) -> Result<(), sqlx::Error> {
    println!("{from} {to}");
    Ok(())
}

// case: An argument is a pool.
#[transactional]
async fn pool_for_the_session(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool).await?;
    Ok(())
}

// case: An argument is a connection.
#[transactional]
async fn connection_for_the_session(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

// case: An argument is a transaction of sqlx.
#[transactional]
async fn transaction_for_the_session(tx: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **tx).await?;
    Ok(())
}

// case: An argument is an `impl Source`, as callers see it.
#[transactional]
async fn session_as_a_source(
    session: impl Source<'_, Sqlite, ReadWrite>,
) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

// case: An argument is an `impl Executor`.
#[transactional]
async fn session_as_an_executor<'c>(
    executor: impl Executor<'c, Database = Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(executor).await?;
    Ok(())
}

// case: The session is in a `Box`.
#[transactional]
async fn session_in_a_box(session: Box<Session<Sqlite>>) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

// case: The session is in an `Option`.
#[transactional]
async fn session_in_an_option(session: Option<&mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

// case: The type of the session is an alias without `#[session]`.
type Tx = Session<Sqlite>;

#[transactional]
async fn alias_that_is_not_marked(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(tx).await?;
    Ok(())
}

// case: A function without a session is used.
mod called_without_a_session {
    use sqlx::SqlitePool;
    use sqlx_transactional::transactional;

    #[transactional]
    async fn transfer(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(pool).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: An argument is a pool of PostgreSQL.
#[transactional]
async fn pool_of_postgres(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool).await?;
    Ok(())
}

// case: An argument is a transaction of MySQL.
#[transactional]
async fn transaction_of_mysql(
    cents: i64,
    tx: &mut sqlx::Transaction<'_, MySql>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?")
        .bind(cents)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn main() {}
