//! The mode is a type parameter.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A function has the mode as a type parameter.
#[transactional]
async fn generic<M: ?Sized + Send>(session: &mut Session<Sqlite, M>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A function with the mode as a type parameter is used.
mod called_with_a_generic_mode {
    use sqlx::Sqlite;
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer<M: ?Sized + Send>(
        session: &mut Session<Sqlite, M>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    #[transactional]
    async fn caller(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        transfer(session).await
    }
}

fn main() {}
