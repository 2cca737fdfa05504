//! Options, types and names that reach the attributes through `macro_rules!`, from the macro or its
//! caller.
#![deny(warnings)]

use sqlx::Sqlite;
use sqlx_transactional::{
    Db, Serializable, Session, retry_on_error, transactional, transactional_methods,
};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

/// All options as tokens.
macro_rules! with_options {
    ($name:ident: [$($retry:tt)*] [$($options:tt)*]) => {
        #[retry_on_error($($retry)*)]
        #[transactional($($options)*)]
        async fn $name(session: &mut Session<Sqlite>) -> Result<i64> {
            sqlx::query_scalar("SELECT 1").fetch_one(session).await
        }
    };
}
with_options! { no_options: [] [] }
with_options! { some_options: [attempts = 2,] [nested, timeout = "2s"] }
with_options! { more_options: [min_delay = "1ms", idempotent] [requires_new, lock_timeout = "250ms", commit_on(sqlx::Error::WorkerCrashed)] }

/// Each value as a fragment of its kind.
macro_rules! with_values {
    (
        $name:ident, $attempts:literal, $delay:literal, $when:path, $from:expr, $timeout:literal, $transaction:literal, $commits:pat,
        $argument:ident: $type:ty, $session:ident: $database:ty, $mode:ty
    ) => {
        #[retry_on_error(attempts = $attempts, min_delay = $delay, when = $when)]
        #[transactional(from = $from, timeout = $timeout, name = $transaction, commit_on($commits))]
        async fn $name($argument: $type, $session: &mut Session<$database, $mode>) -> Result<i64> {
            sqlx::query_scalar("SELECT 2").fetch_one($session).await
        }
    };
}
with_values! {
    values, 2, "1ms", never, &db.clone(), "2s", "by fragments", sqlx::Error::WorkerCrashed | sqlx::Error::PoolClosed,
    db: Db<Sqlite>, tx: Sqlite, Serializable
}

const fn never(_: &sqlx::Error) -> bool {
    false
}

/// A framework that hides the crate from its users: the macro names the crate's path.
mod framework {
    pub(crate) use sqlx_transactional as transactions;

    macro_rules! endpoint {
        ($vis:vis fn $name:ident($session:ident, $($argument:ident: $type:ty),*) -> $result:ty $body:block) => {
            #[$crate::generated_options::framework::transactions::retry_on_error]
            #[$crate::generated_options::framework::transactions::transactional(crate = $crate::generated_options::framework::transactions)]
            $vis async fn $name(
                $session: &mut $crate::generated_options::framework::transactions::Session<sqlx::Sqlite>,
                $($argument: $type),*
            ) -> $result $body
        };
    }
    pub(crate) use endpoint;
}
framework::endpoint! {
    pub(crate) fn endpoint(outcome, run: i64, exit: String) -> Result<i64> {
        let leased: i64 = sqlx::query_scalar("SELECT ? + length(?)").bind(run).bind(exit).fetch_one(outcome).await?;
        Ok(leased)
    }
}

/// The macro's names and the caller's are distinct, even if they are spelled alike: a session,
/// arguments, locals.
macro_rules! both_ways {
    ($name:ident, $session:ident, $id:ident, $body:expr) => {
        #[retry_on_error]
        #[transactional]
        async fn $name(
            $session: &mut Session<Sqlite>,
            id: i64,
            $id: i64,
            session: i64,
        ) -> Result<i64> {
            let outcome = id * 100 + session * 10;
            let run: i64 = $body;
            Ok(outcome + run)
        }
    };
}
both_ways! { both_ways, session, id, {
    let outcome: i64 = sqlx::query_scalar("SELECT ?").bind(id).fetch_one(session).await?;
    outcome
} }

/// A whole block of methods. The caller passes the attributes too.
macro_rules! repository {
    ($type:ident: $($(#[$attribute:meta])* fn $name:ident(&$self:ident, $session:ident) -> $result:ty $body:block)*) => {
        struct $type {
            db: Db<Sqlite>,
        }

        #[transactional_methods]
        impl $type {
            $( $(#[$attribute])* async fn $name(&$self, $session: &mut Session<Sqlite>) -> $result $body )*
        }
    };
}
repository! { Shop:
    #[transactional]
    fn one(&self, session) -> Result<i64> { sqlx::query_scalar("SELECT 1").fetch_one(session).await }
    /// Documented.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    fn two(&self, session) -> Result<i64> { Ok(self.one(&mut *session).await? + self.one(session).await?) }
}

#[tokio::test]
async fn options() -> Result {
    let db = database().await;
    assert_eq!(sent(no_options(&db)).await?, 1);
    assert_eq!(sent(some_options(&db)).await?, 1);
    assert_eq!(sent(more_options(&db)).await?, 1);
    assert_eq!(sent(values(db.clone())).await?, 2);
    assert_eq!(sent(endpoint(&db, 1, String::from("ab"))).await?, 3);
    assert_eq!(sent(both_ways(&db, 1, 2, 3)).await?, 132);
    assert_eq!(sent(Shop { db }.two()).await?, 2);
    Ok(())
}
