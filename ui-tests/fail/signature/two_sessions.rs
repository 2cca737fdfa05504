//! Two arguments are sessions.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: Two arguments are of the type `Session`.
#[transactional]
async fn two_sessions(
    from: &mut Session<Sqlite>,
    to: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(from).await?;
    sqlx::query("SELECT 1").execute(to).await?;
    Ok(())
}

// case: Two arguments have `#[session]`.
type Tx = Session<Sqlite>;

#[transactional]
async fn two_marked_sessions(
    #[session] session: &mut Tx,
    #[session] other: &mut Tx,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A function with two sessions is used.
mod called_with_two_sessions {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer(
        session: &mut Session<Sqlite>,
        other: &mut Session<Sqlite>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        sqlx::query("SELECT 1").execute(other).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool, other: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        transfer(pool, other).await
    }
}

fn main() {}
