//! A method with a mistake is used, and its body uses `self`.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

struct Shop {
    name: String,
}

impl Shop {
    #[transactional(timeout = 5)]
    async fn transfer(&self, session: &mut Session<Sqlite>, cents: i64) -> Result<i64, sqlx::Error> {
        let cents = self.half(cents);
        sqlx::query("SELECT 1").bind(&self.name).execute(&mut *session).await?;
        Ok(cents)
    }

    fn half(&self, cents: i64) -> i64 {
        cents / 2
    }
}

async fn caller(shop: &Shop, pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    let cents: i64 = shop.transfer(pool, 5).await?;
    Ok(cents)
}

fn main() {}
