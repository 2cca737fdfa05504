//! A row type of PostgreSQL is read from SQLite.

use sqlx::{FromRow, Sqlite, postgres::PgRow};
use sqlx_transactional::{Session, transactional};

struct Account;

impl<'r> FromRow<'r, PgRow> for Account {
    fn from_row(_: &'r PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self)
    }
}

#[transactional]
async fn find(session: &mut Session<Sqlite>) -> Result<Account, sqlx::Error> {
    sqlx::query_as("SELECT 1").fetch_one(session).await
}

fn main() {}
