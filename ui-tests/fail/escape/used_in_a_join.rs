//! Two statements are joined.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let (first, second) = tokio::join!(
        sqlx::query("SELECT 1").execute(&mut *session),
        sqlx::query("SELECT 2").execute(&mut *session),
    );
    first?;
    second?;
    Ok(())
}

fn main() {}
