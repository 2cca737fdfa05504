//! A method with a mistake, in a block that is expanded as a whole, is used.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional_methods};

struct Shop {
    pool: SqlitePool,
}

#[transactional_methods]
impl Shop {
    #[transactional(from = &self.pool, timeout = 5)]
    async fn transfer(&self, session: &mut Session<Sqlite>, cents: i64) -> Result<i64, sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(cents)
    }
}

async fn caller(shop: &Shop) -> Result<i64, sqlx::Error> {
    shop.transfer(5).await
}

fn main() {}
