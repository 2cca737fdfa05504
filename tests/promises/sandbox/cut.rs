//! A call in a sandbox that is cut costs its own transaction and nothing else, wherever it is: in a long statement, between two rows, in a
//! body that goes on.

use std::time::Duration;

use futures_util::{FutureExt as _, TryStreamExt as _};
use sqlx::{AssertSqlSafe, Database as _, Executor as _};
use sqlx_transactional::{Class, Db, Error, ReadOnly, Session, transactional};
use tests::{
    checks::{PROMISED, open_transactions, row_is_locked},
    explorer::{Cut, every_poll},
    proxy::{Point, Proxy, Way},
    servers::{Server, TestDatabase},
};
use tokio::sync::Notify;

use super::{open, sandbox_on};
use crate::{
    bank::{BankError, balances, options},
    diary::Diary,
};

/// Longer than any test may take.
fn sleeps<DB: sqlx::Database>() -> &'static str {
    match DB::NAME {
        "MySQL" => "SELECT SLEEP(1000)",
        "PostgreSQL" => "SELECT pg_sleep(1000)",
        _ => "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT max(value) FROM n",
    }
}

/// What is cut in a body that goes on.
#[derive(Debug, Clone, Copy)]
enum What {
    Reads,
    Writes,
    Nests,
}

/// Whether the server says that it runs. `SQLite` cannot be asked: there it runs soon after it was sent.
async fn is_asleep<DB: Server>(database: &TestDatabase<DB>) -> bool {
    DB::NAME == "SQLite" || open_transactions(database).await.iter().any(|line| line.to_lowercase().contains("sleep("))
}

on_each_database! {
    #[transactional]
    async fn cents(session: &mut Session<DB, ReadOnly>) -> Result<Vec<i64>, BankError> {
        Ok(sqlx::query_scalar("SELECT cents FROM accounts ORDER BY id").fetch_all(session).await?)
    }

    #[transactional]
    async fn long(session: &mut Session<DB>, prepared: bool, sent: &Notify) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        sent.notify_one();
        if prepared {
            sqlx::query(sleeps::<DB>()).execute(session).await?;
        } else {
            session.execute(sqlx::raw_sql(sleeps::<DB>())).await?;
        }
        Ok(())
    }

    /// And somebody waits for its turn all the while.
    #[tokio::test]
    async fn in_a_long_statement() {
        let (database, sandbox) = open::<DB>().await;
        for prepared in [true, false] {
            let sent = std::sync::Arc::new(Notify::new());
            let call = tokio::spawn({ let (db, sent) = (sandbox.db(), sent.clone()); async move { long(&db, prepared, &sent).await } });
            sent.notified().await;
            while !is_asleep(&database).await {}
            let next = tokio::spawn({ let db = sandbox.db(); async move { cents(&db).await } });
            call.abort();
            assert_eq!(next.await.expect("it does not panic").expect("it has its turn"), [1000, 1000]);
            assert!(DB::NAME == "SQLite" || !is_asleep(&database).await, "it is stopped");
        }
        sandbox.close().await.expect("its transaction is still there");
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[transactional(timeout = "100ms")]
    async fn limited(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        session.after_commit(diary.note("committed"));
        session.after_rollback(diary.note("rolled back"));
        add(&mut *session, 1, 300).await?;
        sqlx::query(sleeps::<DB>()).execute(session).await?;
        Ok(())
    }

    #[tokio::test]
    async fn by_its_timeout() {
        let (_database, sandbox) = open::<DB>().await;
        let (db, diary) = (sandbox.db(), Diary::default());
        let outcome = limited(&db, &diary).await;
        assert!(matches!(&outcome, Err(BankError::Database(error)) if Class::of(error) == Class::Timeout), "{outcome:?}");
        assert_eq!(diary.read(), ["rolled back"]);
        assert_eq!(cents(&db).await.expect("it has its turn"), [1000, 1000]);
        sandbox.close().await.expect("its transaction is still there");
    }

    #[transactional]
    async fn panics_between_two_rows(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        let mut rows = sqlx::query("SELECT id FROM accounts").fetch(session);
        rows.try_next().await?;
        panic!("on purpose")
    }

    #[transactional]
    async fn fails_between_two_rows(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        let mut rows = sqlx::query("SELECT id FROM accounts").fetch(session);
        rows.try_next().await?;
        Err(BankError::Overdraft)
    }

    #[transactional]
    async fn succeeds_between_two_rows(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        let mut rows = sqlx::query("SELECT id FROM accounts").fetch(session);
        rows.try_next().await?;
        Ok(())
    }

    #[tokio::test]
    async fn between_two_rows() {
        let (_database, sandbox) = open::<DB>().await;
        let db = sandbox.db();
        std::panic::AssertUnwindSafe(panics_between_two_rows(&db)).catch_unwind().await.expect_err("it panics");
        assert_eq!(cents(&db).await.expect("it has its turn"), [1000, 1000]);
        fails_between_two_rows(&db).await.expect_err("it says so");
        assert_eq!(cents(&db).await.expect("it has its turn"), [1000, 1000]);
        succeeds_between_two_rows(&db).await.expect("a stream may be left early");
        assert_eq!(cents(&db).await.expect("it has its turn"), [1300, 1000]);
        sandbox.close().await.expect("its transaction is still there");
    }

    #[transactional(nested)]
    async fn credit(session: &mut Session<DB>) -> Result<(), BankError> {
        sqlx::query("UPDATE accounts SET cents = cents + 10 WHERE id = 2").execute(session).await?;
        Ok(())
    }

    /// Like a `select!` in a body that goes on.
    #[transactional]
    async fn goes_on(session: &mut Session<DB>, cut: Cut, what: What) -> Result<bool, BankError> {
        add(&mut *session, 1, 1).await?;
        let finished = match what {
            What::Reads => cut.apply(sqlx::query("SELECT cents FROM accounts").execute(&mut *session)).await.is_some(),
            What::Writes => cut.apply(sqlx::query("UPDATE accounts SET cents = cents").execute(&mut *session)).await.is_some(),
            What::Nests => cut.apply(credit(&mut *session)).await.is_some(),
        };
        add(session, 2, 1).await?;
        Ok(finished)
    }

    /// What becomes of the body. On `MySQL` its transaction is over; elsewhere a read may be cut, and a savepoint rolled back to.
    async fn cut_in_a_body_that_goes_on(db: &Db<DB>, what: What) {
        every_poll(async |cut| {
            let before = cents(db).await.expect("the next call works");
            let outcome = goes_on(db, cut, what).await;
            let after = cents(db).await.unwrap_or_else(|error| panic!("{what:?}, {cut:?}: {outcome:?}, and then {error:?}"));
            match outcome {
                Ok(finished) => {
                    assert!(finished || DB::NAME != "MySQL" && !matches!(what, What::Writes), "nobody knows what the statement did");
                    let credited = if finished && matches!(what, What::Nests) { 10 } else { 0 };
                    assert_eq!(after, [before[0] + 1, before[1] + 1 + credited]);
                    finished
                }
                Err(BankError::Database(error)) => {
                    assert!(DB::NAME == "MySQL" || matches!(what, What::Writes), "{what:?} can be undone: {error:?}");
                    assert!(error.to_string().contains("cancelled half-way"), "{error:?}");
                    assert_eq!(after, before);
                    false
                }
                Err(error) => panic!("{error:?}"),
            }
        })
        .await;
    }

    #[tokio::test]
    async fn in_a_body_that_goes_on_as_in_production() {
        for what in [What::Reads, What::Writes, What::Nests] {
            let (_database, pool) = crate::bank::open::<DB>(1).await;
            cut_in_a_body_that_goes_on(&Db::from(pool), what).await;
            let (_database, sandbox) = open::<DB>().await;
            cut_in_a_body_that_goes_on(&sandbox.db(), what).await;
            sandbox.close().await.expect("its transaction is still there");
        }
    }

    #[tokio::test]
    async fn by_the_end_of_its_db() {
        let (database, sandbox) = open::<DB>().await;
        let sent = std::sync::Arc::new(Notify::new());
        let call = tokio::spawn({ let (db, sent) = (sandbox.db(), sent.clone()); async move { long(&db, true, &sent).await } });
        sent.notified().await;
        while !is_asleep(&database).await {}
        let report = sandbox.db().close(Duration::from_millis(1)).await;
        assert!(report.cut.len() == 1 && report.unfinished == 0 && report.pools_closed, "{report:?}");
        let Err(BankError::Database(error)) = call.await.expect("it does not panic") else { panic!("it was cut") };
        assert!(matches!(Error::find(&error), Some(Error::Cut)), "{error:?}");
        sandbox.close().await.expect("its transaction went with the pool");
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}

mod by_another_transaction {
    use super::*;

    on! {
        [postgres mysql]

        #[tokio::test]
        async fn that_has_the_lock() {
            let (database, sandbox) = open::<DB>().await;
            let mut other = database.connect().await;
            DB::run(&mut other, "BEGIN; UPDATE accounts SET cents = cents WHERE id = 1".into()).await.expect("it has the lock");
            let call = tokio::spawn({ let db = sandbox.db(); async move { transfer(&db, 2, 1, 1).await } });
            while !row_is_locked(&database, "accounts WHERE id = 2", Duration::from_millis(1)).await {}
            call.abort();
            assert_eq!(add(&sandbox.db(), 2, 0).await.expect("it has its turn"), 1000);
            sandbox.close().await.expect("its transaction is still there");
        }
    }
}

mod interruptions {
    use super::*;
    use crate::bank::mysql::{DB, add};

    /// Sleeps for so many milliseconds; whether somebody has interrupted it.
    #[transactional]
    async fn sleep(session: &mut Session<DB>, milliseconds: u32) -> Result<i64, BankError> {
        let sleep = AssertSqlSafe(format!("SELECT SLEEP({milliseconds} / 1000)"));
        Ok(sqlx::query_scalar(sleep).fetch_one(session).await?)
    }

    /// They end when they are about to be stopped.
    #[tokio::test]
    async fn hit_no_later_statement() {
        let (_database, sandbox) = open::<DB>().await;
        let db = sandbox.db();
        for round in 0..60 {
            let cut = tokio::time::timeout(Duration::from_millis(1), sleep(&db, 46 + round % 10)).await;
            cut.expect_err("it takes longer");
            assert_eq!(sleep(&db, 3).await.expect("nobody has asked for its end"), 0, "round {round}");
        }
        sandbox.close().await.expect("its transaction is still there");
    }

    /// Waits until the test lets the lock of that name go; whether it got it.
    #[transactional]
    async fn wait_for(session: &mut Session<DB>, name: &str) -> Result<bool, BankError> {
        add(&mut *session, 1, 1).await?;
        let lock = AssertSqlSafe(format!("SELECT GET_LOCK('{name}', 1000)"));
        Ok(sqlx::query_scalar::<_, Option<i64>>(lock).fetch_one(session).await? == Some(1))
    }

    async fn waits_for(database: &TestDatabase<DB>, name: &str) -> bool {
        open_transactions(database).await.iter().any(|line| line.contains(name))
    }

    #[tokio::test]
    async fn that_are_late_are_waited_for() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let proxy = Proxy::of(&database);
        let sandbox = sandbox_on(&database.pool_through(&proxy, options(4))).await;
        // The names are the server's.
        let name = database.url().rsplit('/').next().expect("the database has a name");
        let (db, first, next) = (sandbox.db(), format!("{name} 1"), format!("{name} 2"));
        let mut other = database.connect().await;
        DB::run(&mut other, format!("DO GET_LOCK('{first}', 0), GET_LOCK('{next}', 0)")).await.expect("nobody has them");

        let kill = proxy.hold(Way::ToServer, Point::Sql("KILL QUERY"));
        let call = tokio::spawn({
            let (db, first) = (db.clone(), first.clone());
            async move { wait_for(&db, &first).await }
        });
        while !waits_for(&database, &first).await {}
        call.abort();
        kill.reached().await;
        DB::run(&mut other, format!("DO RELEASE_LOCK('{first}')")).await.expect("it has it");
        while waits_for(&database, &first).await {}

        let call = tokio::spawn({
            let (db, next) = (db.clone(), next.clone());
            async move { wait_for(&db, &next).await }
        });
        let early = tokio::time::timeout(Duration::from_millis(100), async { while !waits_for(&database, &next).await {} }).await;
        assert!(early.is_err(), "the next statement is sent, and the interruption still to come");
        kill.release();
        while !waits_for(&database, &next).await {}
        DB::run(&mut other, format!("DO RELEASE_LOCK('{next}')")).await.expect("it has it");
        assert!(call.await.expect("it does not panic").expect("nobody has asked for its end"));
        assert_eq!(add(&db, 1, 0).await.expect("it has its turn"), 1001);
        sandbox.close().await.expect("its transaction is still there");
    }
}
