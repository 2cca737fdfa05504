//! An attribute is written twice, or the two are in the wrong order.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: `#[transactional]` is written twice.
#[transactional]
#[transactional]
async fn written_twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A function with `#[transactional]` twice is used.
mod called_written_twice {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    #[transactional(nested)]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: `#[retry_on_error]` is written twice.
#[retry_on_error]
#[retry_on_error(attempts = 3)]
#[transactional]
async fn retry_written_twice(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `#[retry_on_error]` is written above and below `#[transactional]`.
#[retry_on_error]
#[transactional]
#[retry_on_error]
async fn written_on_both_sides(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `#[retry_on_error]` is written below `#[transactional]`.
#[transactional]
#[retry_on_error]
async fn below_transactional(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A function with its attributes in the wrong order is used.
mod called_with_the_attributes_swapped {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, retry_on_error, transactional};

    #[transactional]
    #[retry_on_error]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

fn main() {}
