//! Without `#[transactional]`, the next attempt would be in the transaction that has failed.

use sqlx::{MySql, Sqlite, Transaction, postgres::PgTransaction};
use sqlx_transactional::{Session, retry_on_error};

// case: An argument is a session.
#[retry_on_error]
async fn session_without_transactional(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An argument is a session behind an alias.
type Tx = Session<Sqlite>;

#[retry_on_error]
async fn alias_without_transactional(#[session] tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(tx).await?;
    Ok(())
}

// case: An argument is a transaction of sqlx.
#[retry_on_error]
async fn sqlx_transaction(tx: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **tx).await?;
    Ok(())
}

// case: An argument is a transaction of MySQL.
#[retry_on_error]
async fn transaction_of_mysql(tx: &mut sqlx::Transaction<'_, MySql>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut **tx).await?;
    Ok(())
}

// case: An argument is a transaction of PostgreSQL, by value.
#[retry_on_error]
async fn transaction_of_postgres(tx: PgTransaction<'_>) -> Result<(), sqlx::Error> {
    tx.commit().await
}

fn main() {}
