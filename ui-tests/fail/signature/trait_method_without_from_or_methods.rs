//! A method of a trait takes its session from callers.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Shop;

trait Orders {
    async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error>;
}

impl Orders for Shop {
    #[transactional]
    async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
