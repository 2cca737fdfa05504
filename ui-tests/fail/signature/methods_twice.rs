//! `#[transactional_methods]` is written twice.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional_methods};

struct Shop;

#[transactional_methods]
#[transactional_methods]
impl Shop {
    #[transactional]
    async fn transfer(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
