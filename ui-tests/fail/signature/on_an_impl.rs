//! An `impl` block is annotated.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Bank;

#[transactional]
impl Bank {
    async fn transfer(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
