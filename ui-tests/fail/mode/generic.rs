//! The mode is a type parameter.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn any<M: ?Sized + Send>(session: &mut Session<Sqlite, M>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
