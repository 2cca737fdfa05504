//! A method of a trait takes its session by value, in a block that is expanded as a whole.

use async_trait::async_trait;
use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional_methods};

#[async_trait]
trait Orders {
    async fn place(&self, id: i64) -> Result<(), sqlx::Error>;
}

struct Shop {
    pool: SqlitePool,
}

#[transactional_methods]
#[async_trait]
impl Orders for Shop {
    #[transactional(from = &self.pool)]
    async fn place(&self, session: Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
