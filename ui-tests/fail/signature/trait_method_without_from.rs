//! A method of a trait takes its session from callers, under `#[transactional_methods]`.

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional_methods};

struct Shop;

#[async_trait]
trait Orders {
    async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error>;
}

#[transactional_methods]
#[async_trait]
impl Orders for Shop {
    #[transactional]
    async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
