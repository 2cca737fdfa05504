//! A COMMIT that was sent and not answered is reported as unknown. It is tried again only if the
//! function is declared `idempotent`.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use sqlx_transactional::{Class, Error, Session, retry_on_error, transactional};
use tests::{
    proxy::{Fault, Point, Proxy, Way},
    servers::TestDatabase,
};

use crate::{
    bank::{options, postgres::add},
    diary::Diary,
};

type DB = sqlx::Postgres;

/// The answer to COMMIT is lost, or COMMIT itself.
const LOST: [Way; 2] = [Way::ToClient, Way::ToServer];

#[derive(Debug)]
#[expect(dead_code, reason = "one that is not expected is printed")]
enum Failed {
    Bank,
    Ours(Error),
    Database(sqlx::Error),
}

impl From<crate::bank::BankError> for Failed {
    fn from(_: crate::bank::BankError) -> Self {
        Self::Bank
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

#[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", when = always)]
#[transactional]
async fn pays(
    session: &mut Session<DB>,
    attempts: &AtomicU32,
    diary: &Diary,
) -> Result<(), Failed> {
    attempts.fetch_add(1, SeqCst);
    session.after_commit(diary.note("committed"));
    session.after_rollback(diary.note("rolled back"));
    add(session, 1, 1).await?;
    Ok(())
}

/// `when` accepts every error. An unknown commit is still not tried again.
fn always(_: &Failed) -> bool {
    true
}

#[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", idempotent)]
#[transactional]
async fn pays_once(session: &mut Session<DB>, attempts: &AtomicU32) -> Result<(), Failed> {
    attempts.fetch_add(1, SeqCst);
    sqlx::query("UPDATE accounts SET cents = 1001 WHERE id = 1")
        .execute(session)
        .await?;
    Ok(())
}

#[tokio::test]
async fn are_not_retried_by_default() {
    for way in LOST {
        let database = TestDatabase::<DB>::with_accounts().await;
        let proxy = Proxy::postgres(database.address());
        let pool = database.pool_through(&proxy, options(2));
        let cut = proxy.inject(way, Point::Commit, Fault::Cut);
        let (attempts, diary) = (AtomicU32::new(0), Diary::default());
        let outcome = pays(&pool, &attempts, &diary).await;
        assert!(cut.is_reached());
        let Err(Failed::Ours(error @ Error::CommitUnknown { .. })) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(
            (attempts.into_inner(), Class::of(&error)),
            (1, Class::CommitUnknown)
        );
        assert!(diary.read().is_empty(), "neither hook runs");
        let stored = way == Way::ToClient;
        assert_eq!(
            database
                .integer("SELECT cents FROM accounts WHERE id = 1")
                .await,
            1000 + i64::from(stored)
        );
    }
}

#[tokio::test]
async fn are_retried_where_it_does_no_harm() {
    for way in LOST {
        let database = TestDatabase::<DB>::with_accounts().await;
        let proxy = Proxy::postgres(database.address());
        let pool = database.pool_through(&proxy, options(2));
        let cut = proxy.inject(way, Point::Commit, Fault::Cut);
        let attempts = AtomicU32::new(0);
        pays_once(&pool, &attempts)
            .await
            .expect("the second attempt succeeds");
        assert!(cut.is_reached());
        assert_eq!(attempts.into_inner(), 2);
        assert_eq!(
            database
                .integer("SELECT cents FROM accounts WHERE id = 1")
                .await,
            1001
        );
    }
}
