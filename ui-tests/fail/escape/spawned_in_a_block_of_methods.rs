//! A method of a rewritten block moves its session into a task.

use async_trait::async_trait;
use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional_methods};

#[async_trait]
trait Orders {
    async fn place(&self) -> Result<(), sqlx::Error>;
}

struct Shop {
    pool: SqlitePool,
}

#[transactional_methods]
#[async_trait]
impl Orders for Shop {
    #[transactional(from = &self.pool)]
    async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        tokio::spawn(async move {
            sqlx::query("SELECT 1").execute(session).await.ok();
        });
        Ok(())
    }
}

fn main() {}
