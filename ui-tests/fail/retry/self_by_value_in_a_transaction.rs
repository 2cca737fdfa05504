//! A method that takes `self`, with a transaction.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

struct Bank {
    db: Db<Sqlite>,
}

impl Bank {
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn close(self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

fn main() {}
