//! `exactly_once`: an unanswered COMMIT is looked up. If it took effect, the call returns its
//! value. If not, the call is tried again. If the outcome cannot be found out, the call fails with
//! an unknown commit after a bounded time.

use std::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::Duration,
};

use sqlx::Pool;
use sqlx_transactional::{Class, Db, Driver, MYSQL_LEDGER, Session, retry_on_error, transactional};
use tests::{
    checks::all_is_well,
    proxy::{Fault, Point, Proxied, Proxy, Way},
    servers::TestDatabase,
};

use crate::{
    bank::{balances, options},
    diary::Diary,
};

const ROW: &str = "accounts WHERE id = 1";

/// A pool behind a proxy, and the ledger if the database needs one.
pub(super) async fn open<DB: Proxied + Driver>(
    connections: u32,
) -> (TestDatabase<DB>, Proxy, Pool<DB>) {
    let database = TestDatabase::<DB>::with_accounts().await;
    if DB::NAME == "MySQL" {
        database.run(MYSQL_LEDGER).await;
    }
    let proxy = Proxy::of(&database);
    let pool = database.pool_through(&proxy, options(connections));
    (database, proxy, pool)
}

on! { [postgres mysql]
    #[retry_on_error(attempts = 4, min_delay = "1ms", max_delay = "2ms", exactly_once)]
    #[transactional]
    async fn pays(session: &mut Session<DB>, attempts: &AtomicU32, diary: &Diary) -> Result<u32, sqlx::Error> {
        attempts.fetch_add(1, SeqCst);
        session.after_commit(diary.note("committed"));
        session.after_rollback(diary.note("rolled back"));
        let update = sqlx::query("UPDATE accounts SET cents = cents + 1 WHERE id = 1");
        update.execute(&mut *session).await?;
        Ok(session.attempt())
    }

    /// Either the answer or COMMIT itself is lost, by any fault. The call is stored once, and the
    /// right hook runs.
    #[tokio::test]
    async fn an_unanswered_commit_is_looked_up() {
        for (way, fault, expected) in [
            (Way::ToClient, Fault::Cut, 1),
            (Way::ToClient, Fault::Reset, 1),
            (Way::ToServer, Fault::Cut, 2),
            (Way::ToServer, Fault::Reset, 2),
        ] {
            let (database, proxy, pool) = open::<DB>(2).await;
            let cut = proxy.inject(way, Point::Commit, fault);
            let (attempts, diary) = (AtomicU32::new(0), Diary::default());
            let attempt = pays(&pool, &attempts, &diary).await.expect("the outcome is looked up");
            assert!(cut.is_reached());
            assert_eq!((attempt, attempts.into_inner()), (expected, expected), "{way:?} {fault:?}");
            assert_eq!(diary.read(), ["committed"]);
            assert_eq!(balances(&database).await, (1001, 1000), "{way:?} {fault:?}");
            all_is_well(&database, &pool, ROW).await;
        }
    }

    /// The network is silent: the server still waits for COMMIT, or for the client to read the
    /// answer.
    #[tokio::test]
    async fn also_when_nobody_hangs_up() {
        for (way, expected) in [(Way::ToServer, 2), (Way::ToClient, 1)] {
            let (database, proxy, pool) = open::<DB>(2).await;
            let db = Db::from(pool.clone()).with_commit_timeout(Duration::from_millis(300));
            let silence = proxy.inject(way, Point::Commit, Fault::BlackHole);
            let (attempts, diary) = (AtomicU32::new(0), Diary::default());
            let attempt = pays(&db, &attempts, &diary).await.expect("the outcome is looked up");
            assert!(silence.is_reached());
            assert_eq!((attempt, diary.read()), (expected, vec!["committed"]), "{way:?}");
            assert_eq!(balances(&database).await, (1001, 1000), "{way:?}");
            all_is_well(&database, &pool, ROW).await;
        }
    }

    #[tokio::test]
    async fn it_is_unknown_when_nobody_can_be_asked() {
        for way in [Way::ToServer, Way::ToClient] {
            let (database, proxy, pool) = open::<DB>(2).await;
            let db = Db::from(pool.clone()).with_commit_timeout(Duration::from_millis(300));
            let cut = proxy.inject(way, Point::Commit, Fault::Cut);
            let (attempts, diary) = (AtomicU32::new(0), Diary::default());
            let gone = async {
                cut.reached().await;
                proxy.refuse();
                proxy.cut();
            };
            let (outcome, ()) = tokio::join!(pays(&db, &attempts, &diary), gone);
            let error = outcome.expect_err("the server cannot be reached");
            assert_eq!((Class::of(&error), attempts.into_inner()), (Class::CommitUnknown, 1));
            assert!(diary.read().is_empty(), "neither hook runs");
            proxy.restore();
            all_is_well(&database, &pool, ROW).await;
        }
    }

    #[tokio::test]
    async fn it_costs_no_round_trip() {
        #[transactional]
        async fn without(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
            sqlx::query("UPDATE accounts SET cents = cents + 1 WHERE id = 1").execute(session).await.map(drop)
        }

        #[retry_on_error(exactly_once)]
        #[transactional]
        async fn with(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
            without(session).await
        }

        let (database, proxy, pool) = open::<DB>(1).await;
        // The first call of a process also searches the ledger for old rows, in the background.
        with(&database.pool(options(1))).await.expect("nothing fails");
        with(&pool).await.expect("nothing fails");
        without(&pool).await.expect("nothing fails");
        let with = proxy.count(async || with(&pool).await).await;
        let without = proxy.count(async || without(&pool).await).await;
        assert_eq!((with.round_trips(), without.round_trips()), (3, 3), "{:#?}", with.statements());
        pool.close().await;
    }
}

mod ledger {
    use super::*;
    use crate::bank::mysql::DB;

    #[retry_on_error(exactly_once)]
    #[transactional(timeout = "5s", lock_timeout = "2s")]
    async fn pays(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE accounts SET cents = cents + 1 WHERE id = 1")
            .execute(session)
            .await
            .map(drop)
    }

    #[tokio::test]
    async fn without_one_the_body_does_not_run_and_the_error_says_what_to_do() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let pool = database.pool(options(1));
        let error = pays(&pool).await.expect_err("there is no ledger");
        assert!(
            matches!(&error, sqlx::Error::Configuration(text) if text.to_string().contains("MYSQL_LEDGER")),
            "{error}"
        );
        assert_eq!(balances(&database).await, (1000, 1000));
        all_is_well(&database, &pool, ROW).await;
    }

    #[tokio::test]
    async fn old_rows_are_removed() {
        let (database, _proxy, pool) = open::<DB>(2).await;
        let old = "INSERT INTO sqlx_transactional_ledger VALUES ('old', TRUE, CURRENT_TIMESTAMP - INTERVAL 61 MINUTE)";
        database
            .run(&format!(
                "{old}, ('new', TRUE, CURRENT_TIMESTAMP - INTERVAL 59 MINUTE)"
            ))
            .await;
        for _ in 0..256 {
            pays(&pool).await.expect("nothing fails");
        }
        let count = async |id: &str| {
            database
                .integer(&format!(
                    "SELECT COUNT(*) FROM sqlx_transactional_ledger WHERE id = '{id}'"
                ))
                .await
        };
        while count("old").await > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(count("new").await, 1);
        assert_eq!(balances(&database).await, (1256, 1000));
    }
}
