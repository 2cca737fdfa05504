//! The same, with a transaction.

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

#[async_trait]
trait Orders {
    async fn place(&self, id: i64) -> Result<(), sqlx::Error>;
}

struct Shop {
    db: Db<Sqlite>,
}

#[async_trait]
impl Orders for Shop {
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn place(&self, session: &mut Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT ?").bind(id).execute(session).await?;
        Ok(())
    }
}

fn main() {}
