//! The function of `map_err` makes another error than the function returns.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

fn to_text(error: sqlx::Error) -> String {
    error.to_string()
}

#[transactional(map_err = to_text)]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), u16> {
    sqlx::query("SELECT 1").execute(session).await.map_err(|_| 500_u16)?;
    Ok(())
}

fn main() {}
