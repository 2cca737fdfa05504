//! Without the prelude.
#![deny(warnings)]
#![no_implicit_prelude]

use ::sqlx::Sqlite;
use ::sqlx_transactional::{Db, Session, retry_on_error, transactional, transactional_methods};

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
    async fn answer(
        &self,
        session: &mut Session<Sqlite>,
    ) -> ::std::result::Result<i64, ::sqlx::Error> {
        joined(session).await
    }
}

#[retry_on_error(attempts = 3, when = never)]
#[transactional]
async fn retried(
    session: &mut Session<Sqlite>,
    mut id: i64,
) -> ::std::result::Result<i64, ::sqlx::Error> {
    id += joined(session).await?;
    ::std::result::Result::Ok(id)
}

#[retry_on_error]
async fn retried_alone(mut id: i64) -> ::std::result::Result<i64, ::sqlx::Error> {
    id += 1;
    ::std::result::Result::Ok(id)
}

const fn never(_: &::sqlx::Error) -> bool {
    false
}

/// Not a test itself, because `#[test]` needs the prelude.
pub(crate) async fn check(db: Db<Sqlite>) {
    ::std::assert_eq!(crate::sent(retried(&db, 1)).await.expect("it runs"), 2);
    ::std::assert_eq!(crate::sent(retried_alone(1)).await.expect("it runs"), 2);
    let bank = Bank { db };
    ::std::assert_eq!(crate::sent(bank.answer()).await.expect("it runs"), 1);
}
