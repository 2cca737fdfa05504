//! What an application does with its `Db` besides calls, in a sandbox: it checks its health, sets
//! defaults, reads its writes and closes it.

use std::time::Duration;

use sqlx_transactional::{
    Class, CloseReport, Db, Error, Fault, ReadOnly, RetryPolicy, Role, Sandbox, Session, Status,
    retry_on_error, transactional,
};
use tokio::sync::Notify;

use super::{on_pool, open, pool_on, sandbox_on};
use crate::bank::BankError;

/// Longer than any step of these tests.
const LONG: Duration = Duration::from_mins(1);

fn counts(report: &CloseReport) -> (usize, usize, usize, bool) {
    (
        report.running,
        report.finished,
        report.cut.len(),
        report.pools_closed,
    )
}

fn class(failed: &BankError) -> Class {
    let BankError::Database(error) = failed else {
        panic!("{failed:?}")
    };
    Class::of(error)
}

on_each_driver! {
    #[transactional]
    async fn cents(session: &mut Session<DB, ReadOnly>) -> Result<i64, BankError> {
        Ok(sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 1").fetch_one(session).await?)
    }

    #[transactional(name = "stops")]
    async fn stops(session: &mut Session<DB>, reached: &Notify, gone_on: &Notify) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        reached.notify_one();
        gone_on.notified().await;
        Ok(())
    }

    #[tokio::test]
    async fn health_and_stats_are_those_of_one_connection() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        add(&db, 1, 1).await.expect("it is a plain statement");
        let health = db.health(LONG).await;
        assert!(health.is_live() && health.is_ready() && !health.is_degraded(), "{health:?}");
        assert_eq!((health.writer.status, health.writer.role, health.writer.error), (Status::Up, Some(Role::Primary), None));
        let (reached, gone_on) = (Notify::new(), Notify::new());
        let (ended, ()) = tokio::join!(stops(&db, &reached, &gone_on), async {
            reached.notified().await;
            let stats = db.stats();
            assert_eq!((stats.calls, stats.transactions, stats.writer.in_use, stats.writer.max), (1, 1, 1, 1));
            assert_eq!(db.health(Duration::ZERO).await.writer.status, Status::Busy);
            gone_on.notify_one();
        });
        ended.expect("it goes on");
        assert_eq!(cents(&db).await.expect("the health check has released the connection"), 1002);
        sandbox.close().await.expect("nothing escaped");
    }

    #[tokio::test]
    async fn close_ends_the_application_and_not_the_sandbox() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        let (reached, gone_on) = (Notify::new(), Notify::new());
        let (ended, report) = tokio::join!(stops(&db, &reached, &gone_on), async {
            reached.notified().await;
            let (report, ()) = tokio::join!(db.close(LONG), async { gone_on.notify_one() });
            report
        });
        ended.expect("it ends before the deadline");
        assert_eq!(counts(&report), (1, 1, 0, true));
        let refused = add(&db.clone(), 1, 1).await.expect_err("it is closed");
        assert_eq!(class(&refused), Class::Closed);
        assert!(db.is_closed() && db.stats().closed && db.stats().writer.closed);
        let health = db.health(LONG).await;
        assert!(!health.is_live() && health.writer.status == Status::Down, "{health:?}");

        assert_eq!(cents(&sandbox).await.expect("the test looks at what is left"), 1001);
        let again = sandbox.db();
        assert_eq!(add(&again, 1, 1).await.expect("it is started again"), 1002);
        assert!(!again.is_closed());
        sandbox.close().await.expect("nothing escaped");
        assert!(again.is_closed());
        assert_eq!(class(&add(&again, 1, 1).await.expect_err("it is over")), Class::Closed);
    }

    #[tokio::test]
    async fn what_runs_at_the_deadline_is_cut_and_rolled_back() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        let (reached, for_ever) = (Notify::new(), Notify::new());
        let (ended, report) = tokio::join!(stops(&db, &reached, &for_ever), async {
            reached.notified().await;
            db.close(Duration::ZERO).await
        });
        assert_eq!((counts(&report), report.cut), ((1, 0, 1, true), vec!["stops"]));
        let Err(BankError::Database(error)) = ended else { panic!("the close cancelled it") };
        assert!(matches!(Error::find(&error), Some(Error::Cut)), "{error:?}");
        assert_eq!(cents(&sandbox).await.expect("the test looks at what is left"), 1000);
        sandbox.close().await.expect("nothing escaped");
    }

    #[tokio::test]
    async fn readers_are_not_read_from() {
        let (database, pool) = on_pool::<Home, DB>(2).await;
        let sandbox = sandbox_on(&pool).await;
        let db = sandbox.db().with_readers([pool_on(&database, 1)]);
        add(&db, 1, 5).await.expect("it is a plain statement");
        assert_eq!(cents(&db).await.expect("it reads"), 1005, "others do not see it");
        assert!(db.stats().readers.is_empty());
        sandbox.close().await.expect("nothing escaped");
    }

    #[tokio::test]
    async fn what_was_written_is_read_at_once_after_any_token() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db().tracking();
        assert_eq!(db.waits_for(), None);
        add(&db, 1, 5).await.expect("it is a plain statement");
        assert_eq!(cents(&db).await.expect("it reads"), 1005);
        match db.token().await {
            Ok(token) => {
                let told = db.waits_for().expect("a database with positions reports one with COMMIT");
                assert_eq!(told.to_string().split(':').next(), token.to_string().split(':').next());
            }
            // A server without a binary log has no positions.
            Err(sqlx::Error::Configuration(_)) => assert!(db.waits_for().is_none() && <Home as sqlx::Database>::NAME == "MySQL"),
            Err(error) => panic!("{error:?}"),
        }
        for token in ["lsn:FFFFFFFF/FFFFFFFF", "gtid:0-1-18446744073709551615", "local"] {
            let db = db.after(token.parse().expect("a token")).with_reader_wait(LONG);
            assert_eq!(cents(&db).await.expect("it does not wait"), 1005);
        }
        sandbox.close().await.expect("nothing escaped");
    }

    #[retry_on_error]
    #[transactional(name = "tried")]
    async fn tried(session: &mut Session<DB>) -> Result<u32, BankError> {
        let attempt = session.attempt();
        add(session, 1, 1).await?;
        Ok(attempt)
    }

    #[transactional(name = "hangs")]
    async fn hangs(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        std::future::pending().await
    }

    #[transactional(name = "second")]
    async fn begins_a_second(session: &mut Session<DB>, db: &Db<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        add(db, 1, 1).await.map(drop)
    }

    #[tokio::test]
    async fn defaults_for_calls_are_those_of_the_handle() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db().with_retry_policy(RetryPolicy::new().attempts(2).min_delay(Duration::from_millis(1)));
        sandbox.fail_next(Fault::Deadlock);
        assert_eq!(tried(&db).await.expect("the second attempt meets nothing"), 2);
        (0..2).for_each(|_| sandbox.fail_next(Fault::Deadlock));
        tried(&db).await.expect_err("there is no third one");

        let failed = hangs(&db.clone().with_timeout(Duration::from_secs(1))).await.expect_err("it does not end");
        assert_eq!(class(&failed), Class::Timeout);
        let Err(BankError::Database(refused)) = begins_a_second(&db.clone().with_lock_timeout(Duration::from_secs(5)), &db).await else { panic!("one is held") };
        assert!(refused.to_string().contains("cannot begin a transaction here"), "{refused}");
        assert_eq!(cents(&db).await.expect("all of these were rolled back"), 1001);
        sandbox.close().await.expect("nothing escaped");
    }
}

#[tokio::test]
async fn close_reports_a_connection_that_is_kept() {
    let (_database, sandbox) = open::<sqlx::Sqlite, sqlx::Sqlite>().await;
    let db = sandbox.db();
    let kept = db.pool().acquire().await.expect("it is free");
    assert_eq!(counts(&db.close(Duration::ZERO).await), (0, 0, 0, false));
    drop(kept);
    sandbox.close().await.expect("nothing escaped");
}

/// The borrowed pool stays open. On SQLite, a savepoint outside a transaction begins a transaction.
#[tokio::test]
async fn a_call_that_comes_after_the_end_writes_nothing_to_a_borrowed_pool() {
    #[retry_on_error(min_delay = "1ms", attempts = 1000)]
    #[transactional]
    async fn note(session: &mut Session<sqlx::Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO notes VALUES ('late')")
            .execute(session)
            .await
            .map(drop)
    }

    let pool = tests::servers::memory_pool();
    sqlx::raw_sql("CREATE TABLE notes (text TEXT)")
        .execute(&pool)
        .await
        .expect("a table is made");
    let sandbox = Sandbox::open(&pool).await.expect("a sandbox is opened");
    let (early, late) = (sandbox.db(), sandbox.db());
    let turn = pool.acquire().await.expect("the connection is free");
    let (queued, closed, came_late, ()) =
        tokio::join!(biased; note(&early), sandbox.close(), note(&late), async { drop(turn) });
    queued.expect("it came before the end");
    closed.expect("nothing escaped");
    came_late.expect_err("its turn was after the end");
    assert_eq!(
        Class::of(&note(&early).await.expect_err("it is over")),
        Class::Closed
    );
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM notes")
        .fetch_one(&pool)
        .await
        .expect("the pool works without the sandbox");
    assert_eq!(left, 0);
}
