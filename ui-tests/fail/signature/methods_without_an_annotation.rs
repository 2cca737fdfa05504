//! `#[transactional_methods]` on a block without an annotated method.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional_methods};

struct Bank;

#[transactional_methods]
impl Bank {
    async fn transfer(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
