//! A crate that forbids what it can: an `allow` in an expansion, of whatever lint, would be an
//! error here. (`#[tokio::test]` has some.)
#![forbid(
    warnings,
    unused,
    nonstandard_style,
    future_incompatible,
    let_underscore,
    rust_2018_idioms,
    missing_docs,
    unused_qualifications
)]
#![forbid(clippy::all, clippy::pedantic)]

#[path = "../pass/database.rs"]
mod database;

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, retry_on_error, transactional, transactional_methods};

use database::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[transactional(commit_on(sqlx::Error::RowNotFound), timeout = "2s", nested)]
async fn joined(
    _session: &mut Session<Sqlite>,
    _id: i64,
    (_left, right): (String, i64),
) -> Result<i64> {
    Ok(right)
}

#[retry_on_error]
#[transactional(from = db)]
async fn retried(
    db: &Db<Sqlite>,
    session: &mut Session<Sqlite>,
    _unused: NotClone,
    mut name: String,
) -> Result<usize> {
    name.push('x');
    joined(session, 1, (String::new(), 2)).await?;
    Ok(name.len())
}

/// Nobody needs a copy of it.
struct NotClone;

#[retry_on_error(when = never)]
async fn alone(_unused: NotClone, (one, _other): (i64, NotClone)) -> Result<i64> {
    Ok(one)
}

const fn never(_: &sqlx::Error) -> bool {
    false
}

struct Bank {
    db: Db<Sqlite>,
}

#[transactional_methods]
impl Bank {
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn method(&self, _session: &mut Session<Sqlite>, _unused: NotClone) -> Result<i64> {
        Ok(1)
    }
}

#[test]
fn nothing_is_allowed() -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let db = database().await;
        assert_eq!(sent(joined(&db, 1, (String::new(), 2))).await?, 2);
        assert_eq!(sent(retried(&db, NotClone, String::new())).await?, 1);
        assert_eq!(sent(alone(NotClone, (1, NotClone))).await?, 1);
        assert_eq!(sent(Bank { db }.method(NotClone)).await?, 1);
        Ok(())
    })
}
