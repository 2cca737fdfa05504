//! The session is of something that is no database, or is no session.

use sqlx::{PgConnection, PgPool, Sqlite, SqliteConnection, SqlitePool, Transaction};
use sqlx_transactional::{Session, transactional};

// case: The database is a type parameter without its bound.
#[transactional]
async fn generic_database<DB>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    println!("{session:?}");
    Ok(())
}

// case: The database is a pool.
#[transactional]
async fn pool_as_the_database(session: &mut Session<SqlitePool>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An argument with `#[session]` is a transaction of sqlx.
#[transactional]
async fn marked_that_is_a_transaction(
    #[session] session: &mut Transaction<'_, Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **session).await?;
    Ok(())
}

// case: An argument with `#[session]` is a connection.
#[transactional]
async fn marked_that_is_no_session(
    #[session] session: &mut SqliteConnection,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: The database is a pool of PostgreSQL.
#[transactional(from = &pool)]
async fn pool_of_postgres_as_the_database(
    pool: PgPool,
    session: &mut Session<PgPool>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An argument with `#[session]` is a connection of PostgreSQL.
#[transactional]
async fn marked_that_is_a_connection_of_postgres(
    #[session] connection: &mut PgConnection,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

fn main() {}
