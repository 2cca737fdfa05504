//! A call in a sandbox that is cancelled loses its own transaction and nothing else: in a long
//! statement, between two rows, or in a body that goes on.

use std::time::Duration;

use futures_util::{FutureExt as _, TryStreamExt as _};
use sqlx::{Database as _, Executor as _};
use sqlx_transactional::{Class, Db, Error, ReadOnly, Session, transactional};
use tests::{
    checks::{open_transactions, row_is_locked},
    explorer::{Cut, every_poll},
    servers::{Server, TestDatabase},
};
use tokio::sync::Notify;

use super::open;
use crate::{
    bank::{BankError, balances},
    diary::Diary,
};

/// Takes longer than any test.
fn sleeps<DB: sqlx::Database>() -> &'static str {
    match DB::NAME {
        "MySQL" => "SELECT SLEEP(1000)",
        "PostgreSQL" => "SELECT pg_sleep(1000)",
        _ => {
            "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT max(value) FROM n"
        }
    }
}

/// A write that takes as long. On `SQLite`, stopping a write would roll back the sandbox, so there
/// it takes only a moment.
fn sleeps_and_writes<DB: sqlx::Database>() -> &'static str {
    match DB::NAME {
        "MySQL" => "UPDATE accounts SET cents = SLEEP(1000)",
        "PostgreSQL" => "UPDATE accounts SET cents = 0 WHERE pg_sleep(1000) IS NOT NULL",
        _ => {
            "UPDATE accounts SET cents = (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 300000) \
             SELECT max(value) FROM n)"
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Long {
    Prepared,
    Simple,
    Writes,
}

/// What is cancelled in a body that goes on.
#[derive(Debug, Clone, Copy)]
enum What {
    Reads,
    Writes,
    Nests,
}

/// Whether the server runs the long statement. `SQLite` cannot be asked: there it runs soon after
/// it was sent.
async fn is_asleep<DB: Server>(database: &TestDatabase<DB>) -> bool {
    DB::NAME == "SQLite"
        || open_transactions(database)
            .await
            .iter()
            .any(|line| line.to_lowercase().contains("sleep("))
}

on_each_database! {
    #[transactional]
    async fn cents(session: &mut Session<DB, ReadOnly>) -> Result<Vec<i64>, BankError> {
        Ok(sqlx::query_scalar("SELECT cents FROM accounts ORDER BY id").fetch_all(session).await?)
    }

    #[transactional]
    async fn long(session: &mut Session<DB>, long: Long, sent: &Notify) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        sent.notify_one();
        match long {
            Long::Prepared => sqlx::query(sleeps::<DB>()).execute(session).await?,
            Long::Simple => session.execute(sqlx::raw_sql(sleeps::<DB>())).await?,
            Long::Writes => sqlx::query(sleeps_and_writes::<DB>()).execute(session).await?,
        };
        Ok(())
    }

    /// The next call waits for its turn meanwhile.
    #[tokio::test]
    async fn in_a_long_statement() {
        let (database, sandbox) = open::<DB, DB>().await;
        for statement in [Long::Prepared, Long::Simple, Long::Writes] {
            let sent = std::sync::Arc::new(Notify::new());
            let call = tokio::spawn({ let (db, sent) = (sandbox.db(), sent.clone()); async move { long(&db, statement, &sent).await } });
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

    #[transactional(timeout = "1s")]
    async fn limited(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        session.after_commit(diary.note("committed"));
        session.after_rollback(diary.note("rolled back"));
        add(&mut *session, 1, 300).await?;
        sqlx::query(sleeps::<DB>()).execute(session).await?;
        Ok(())
    }

    #[tokio::test]
    async fn by_its_timeout() {
        let (_database, sandbox) = open::<DB, DB>().await;
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
        let (_database, sandbox) = open::<DB, DB>().await;
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

    /// The outcome of the body. On `MySQL` its transaction is lost. On the others a read can be
    /// cancelled, and a savepoint rolled back to.
    async fn cut_in_a_body_that_goes_on(db: &Db<DB>, what: What) {
        every_poll(async |cut| {
            let before = cents(db).await.expect("the next call works");
            let outcome = goes_on(db, cut, what).await;
            let after = cents(db).await.expect("the next call works");
            match outcome {
                Ok(finished) => {
                    assert!(finished || DB::NAME != "MySQL" && !matches!(what, What::Writes), "the effect of the statement is unknown");
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
            let (_database, sandbox) = open::<DB, DB>().await;
            cut_in_a_body_that_goes_on(&sandbox.db(), what).await;
            sandbox.close().await.expect("its transaction is still there");
        }
    }

    #[tokio::test]
    async fn by_the_end_of_its_db() {
        let (database, sandbox) = open::<DB, DB>().await;
        let (db, sent) = (sandbox.db(), std::sync::Arc::new(Notify::new()));
        let call = tokio::spawn({ let (db, sent) = (db.clone(), sent.clone()); async move { long(&db, Long::Prepared, &sent).await } });
        sent.notified().await;
        while !is_asleep(&database).await {}
        let report = db.close(Duration::from_millis(1)).await;
        assert!(report.cut.len() == 1 && report.unfinished == 0 && report.pools_closed, "{report:?}");
        let Err(BankError::Database(error)) = call.await.expect("it does not panic") else { panic!("the close cancelled it") };
        assert!(matches!(Error::find(&error), Some(Error::Cut)), "{error:?}");
        sandbox.close().await.expect("its transaction is still there");
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}

mod by_another_transaction {
    use super::*;

    on! {
        [postgres mysql]

        #[tokio::test]
        async fn that_has_the_lock() {
            let (database, sandbox) = open::<DB, DB>().await;
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

mod on_the_connection_itself {
    use super::*;
    use crate::bank::mysql::{DB, add};

    #[transactional]
    async fn lent(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 300).await?;
        session.connection().await?.execute(sleeps::<DB>()).await?;
        Ok(())
    }

    /// A statement on `connection()` cannot be stopped. The sandbox is over, and says so.
    #[tokio::test]
    async fn on_mysql() {
        let (database, sandbox) = open::<DB, DB>().await;
        let call = tokio::spawn({
            let db = sandbox.db();
            async move { lent(&db).await }
        });
        while !is_asleep(&database).await {}
        call.abort();
        let Err(BankError::Database(over)) = add(&sandbox.db(), 1, 1).await else {
            panic!("its connection is closed")
        };
        assert!(
            over.to_string().contains("the sandbox is over")
                && over.to_string().contains("`session.connection()`"),
            "{over}"
        );
        sandbox.close().await.expect_err("its transaction is gone");
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}
