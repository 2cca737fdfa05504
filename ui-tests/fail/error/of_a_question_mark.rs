//! A `?` on an error that the function cannot return: on the user's `?`, as without the attribute.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let amount: i64 = "12".parse()?;
    sqlx::query("SELECT ?").bind(amount).execute(session).await?;
    Ok(())
}

fn main() {}
