//! `#[transactional_methods]` stands below `#[async_trait]`, which has rewritten the methods by then.

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional_methods};

struct Shop {
    db: Db<Sqlite>,
}

#[async_trait]
trait Orders {
    async fn place(&self, id: i64) -> Result<(), sqlx::Error>;
}

#[async_trait]
#[transactional_methods]
impl Orders for Shop {
    #[transactional(from = &self.db)]
    async fn place(&self, session: &mut Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT ?").bind(id).execute(session).await?;
        Ok(())
    }
}

fn main() {}
