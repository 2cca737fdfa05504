//! The crate under another path, as a facade crate re-exports it.
#![deny(warnings)]

use crate::{database, sent};

mod platform {
    pub(crate) mod db {
        pub(crate) use sqlx::Sqlite;
        pub(crate) use sqlx_transactional as transactions;
    }
}

use platform::db::{
    Sqlite,
    transactions::{Db, Serializable, Session, transactional, transactional_methods},
};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

struct Bank {
    db: Db<Sqlite>,
}

#[transactional(crate = crate::facade::platform::db::transactions)]
async fn joined(session: &mut Session<Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[transactional(crate = platform::db::transactions, timeout = "2s")]
async fn strong(session: &mut Session<Sqlite, Serializable>) -> Result<i64> {
    joined(session).await
}

#[transactional_methods]
impl Bank {
    #[transactional(crate = self::platform::db::transactions, from = &self.db)]
    async fn answer(&self, session: &mut Session<Sqlite, Serializable>) -> Result<i64> {
        strong(session).await
    }
}

#[tokio::test]
async fn renamed_crate() -> Result {
    let bank = Bank {
        db: database().await,
    };
    assert_eq!(sent(strong(&bank.db)).await?, 1);
    assert_eq!(sent(bank.answer()).await?, 1);
    Ok(())
}
