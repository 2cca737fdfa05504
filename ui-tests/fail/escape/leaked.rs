//! A session is leaked.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let leaked: &'static mut _ = Box::leak(Box::new(session));
    sqlx::query("SELECT 1").execute(&mut **leaked).await?;
    Ok(())
}

fn main() {}
