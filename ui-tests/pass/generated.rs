//! Annotated functions that are written by `macro_rules!`.
#![deny(warnings)]

use sqlx::Sqlite;
use sqlx_transactional::{Db, ReadOnly, Session, transactional, transactional_methods};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

macro_rules! getters {
    ($($vis:vis fn $name:ident($argument:ident: $ty:ty) -> $result:ty = $sql:literal;)*) => { $(
        #[transactional]
        $vis async fn $name(session: &mut Session<Sqlite, ReadOnly>, $argument: $ty) -> $result {
            sqlx::query_scalar($sql).bind($argument).fetch_one(session).await
        }
    )* };
}
getters! {
    fn cents(id: i64) -> Result<i64> = "SELECT cents FROM account WHERE id = ?";
    pub(crate) fn id(owner: &str) -> Result<i64> = "SELECT id FROM account WHERE owner = ?";
}

/// The caller passes all parts of the function as fragments.
macro_rules! whole {
    ($(#[$attribute:meta])* $name:ident, $db:ident, $session:ident, $type:ty, $result:ty, $from:expr, $body:block) => {
        $(#[$attribute])*
        #[transactional(from = $from)]
        async fn $name($db: &Db<Sqlite>, #[session] $session: &mut $type) -> $result $body
    };
}
whole! {
    /// Documented.
    #[inline]
    whole, db, session, Session<Sqlite>, Result<i64>, db, { sqlx::query_scalar("SELECT 1").fetch_one(session).await }
}

/// The macro's own names do not clash with the caller's.
macro_rules! hygienic {
    ($name:ident, $run:ident) => {
        #[transactional]
        async fn $name(session: &mut Session<Sqlite>, $run: i64) -> Result<i64> {
            let run = 1;
            Ok(run
                + sqlx::query_scalar::<_, i64>("SELECT ?")
                    .bind($run)
                    .fetch_one(session)
                    .await?)
        }
    };
}
hygienic!(hygienic, run);

macro_rules! service {
    ($type:ident { $($item:item)* }) => {
        struct $type {
            db: Db<Sqlite>,
        }

        #[transactional_methods]
        impl $type {
            #[transactional(from = &self.db)]
            async fn generated(&self, session: &mut Session<Sqlite>) -> Result<i64> {
                sqlx::query_scalar("SELECT 1").fetch_one(session).await
            }
        }

        $($item)*
    };
}
service! {
    Bank {
        #[transactional]
        async fn passed_through(session: &mut Session<Sqlite>) -> Result<i64> {
            sqlx::query_scalar("SELECT 1").fetch_one(session).await
        }
    }
}

/// Inside a function.
async fn local(db: &Db<Sqlite>) -> Result<i64> {
    #[transactional]
    async fn inner(session: &mut Session<Sqlite>) -> Result<i64> {
        sqlx::query_scalar("SELECT 1").fetch_one(session).await
    }
    inner(db).await
}

#[tokio::test]
async fn generated() -> Result {
    let db = database().await;
    assert_eq!(sent(cents(&db, 1)).await?, 100);
    assert_eq!(sent(id(&db, "bob")).await?, 2);
    assert_eq!(sent(whole(&db)).await?, 1);
    assert_eq!(sent(hygienic(&db, 2)).await?, 3);
    assert_eq!(sent(passed_through(&db)).await?, 1);
    assert_eq!(sent(local(&db)).await?, 1);
    assert_eq!(sent(Bank { db }.generated()).await?, 1);
    Ok(())
}
