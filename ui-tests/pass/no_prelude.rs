//! Without the prelude.
#![deny(warnings)]
#![no_implicit_prelude]

use ::sqlx::Sqlite;
use ::sqlx_transactional::{Db, Session, transactional, transactional_methods};

struct Bank {
    db: Db<Sqlite>,
}

#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> ::std::result::Result<i64, ::sqlx::Error> {
    ::sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[transactional_methods]
impl Bank {
    #[transactional(from = &self.db, timeout = "2s", name = "answer")]
    async fn answer(&self, session: &mut Session<Sqlite>) -> ::std::result::Result<i64, ::sqlx::Error> {
        joined(session).await
    }
}

/// Not a test itself: that attribute needs the prelude.
pub(crate) async fn check(db: Db<Sqlite>) {
    let bank = Bank { db };
    ::std::assert_eq!(crate::sent(bank.answer()).await.expect("it runs"), 1);
}
