//! A service keeps a repository that holds the session, and uses it after the transaction.

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};
use tokio::sync::Mutex;

#[async_trait]
trait Accounts: Send {
    async fn count(&mut self) -> Result<i64, sqlx::Error>;
}

struct Repository<'s> {
    session: &'s mut Session<Sqlite>,
}

#[async_trait]
impl Accounts for Repository<'_> {
    async fn count(&mut self) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT COUNT(*) FROM accounts").fetch_one(&mut *self.session).await
    }
}

struct Service {
    db: Db<Sqlite>,
    accounts: Mutex<Box<dyn Accounts>>,
}

impl Service {
    #[transactional(from = &self.db)]
    async fn begin(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        *self.accounts.lock().await = Box::new(Repository { session });
        Ok(())
    }

    async fn report(&self) -> Result<i64, sqlx::Error> {
        self.begin().await?;
        self.accounts.lock().await.count().await
    }
}

fn main() {}
