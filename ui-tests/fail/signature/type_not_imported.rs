//! A type of the signature is not imported.

// case: The database is not imported.
mod database_not_imported {
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

// case: `Session` is not imported.
mod session_not_imported {
    use sqlx::Sqlite;
    use sqlx_transactional::transactional;

    #[transactional]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
