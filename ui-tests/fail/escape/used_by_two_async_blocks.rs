//! Two async blocks use the session at once.

use futures_util::future;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let first = async { sqlx::query("SELECT 1").execute(&mut *session).await };
    let second = async { sqlx::query("SELECT 2").execute(&mut *session).await };
    future::try_join(first, second).await?;
    Ok(())
}

fn main() {}
