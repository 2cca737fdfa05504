//! `when` looks at another error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

fn is_busy(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::TimedOut
}

#[retry_on_error(when = is_busy)]
#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
