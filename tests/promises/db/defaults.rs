//! The defaults of a `Db` apply to the calls that begin a transaction on it, unless an attribute
//! says otherwise.

use std::time::Duration;

use sqlx_transactional::{
    Class, Db, ReadOnly, RetryPolicy, Session, retry_on_error, transactional,
};
use tests::checks::all_is_well;

use crate::bank::{BankError, open};

const SHORT: Duration = Duration::from_millis(60);

/// A query for the lock timeout of a connection, as the server formats it.
fn lock_timeout<DB: sqlx::Database>() -> &'static str {
    match DB::NAME {
        "PostgreSQL" => "SHOW lock_timeout",
        "MySQL" => "SELECT CONCAT(@@innodb_lock_wait_timeout, 's')",
        _ => "SELECT timeout || 'ms' FROM pragma_busy_timeout",
    }
}

fn class(outcome: Result<(), BankError>) -> Option<Class> {
    match outcome {
        Ok(()) => None,
        Err(BankError::Database(error)) => Some(Class::of(&error)),
        Err(other) => panic!("{other:?}"),
    }
}

on_each_database! {
    #[transactional]
    async fn takes_long(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        // Not for ever, because the test would hang if the timeout did not work.
        tokio::time::sleep(SHORT * 100).await;
        Ok(())
    }

    #[transactional(timeout = "1min")]
    async fn has_a_minute(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        tokio::time::sleep(SHORT * 2).await;
        Ok(())
    }

    #[transactional]
    async fn has_not(session: &mut Session<DB>) -> Result<(), BankError> {
        has_a_minute(session).await
    }

    #[tokio::test]
    async fn timeout() {
        let (database, pool) = open::<DB>(1).await;
        let unbounded = Db::from(pool.clone());
        let db = unbounded.clone().with_timeout(SHORT);
        assert_eq!(class(takes_long(&db).await), Some(Class::Timeout));
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        has_a_minute(&db).await.expect("the attribute wins");
        assert_eq!(class(has_not(&db).await), Some(Class::Timeout), "the attribute of a joined call has no effect");
        has_not(&unbounded).await.expect("it has no timeout");
        has_not(&db.with_timeout(None)).await.expect("the timeout was removed");
    }

    #[transactional]
    async fn waits(session: &mut Session<DB>) -> Result<String, sqlx::Error> {
        sqlx::query_scalar(lock_timeout::<DB>()).fetch_one(session).await
    }

    #[transactional]
    async fn waits_to_read(session: &mut Session<DB, ReadOnly>) -> Result<String, sqlx::Error> {
        sqlx::query_scalar(lock_timeout::<DB>()).fetch_one(session).await
    }

    #[transactional(lock_timeout = "4s")]
    async fn waits_four_seconds(session: &mut Session<DB>) -> Result<String, sqlx::Error> {
        sqlx::query_scalar(lock_timeout::<DB>()).fetch_one(session).await
    }

    #[tokio::test]
    async fn lock_timeout_of_a_transaction() {
        let (_database, pool) = open::<DB>(1).await;
        let db = Db::from(pool.clone());
        let before = waits(&db).await.expect("nothing fails");
        let db = db.with_lock_timeout(Duration::from_secs(3));
        let is = |seconds: u64, told: Result<String, sqlx::Error>| {
            let told = told.expect("nothing fails");
            assert!([format!("{seconds}s"), format!("{seconds}000ms")].contains(&told), "{told}");
        };
        is(3, waits(&db).await);
        is(3, waits_to_read(&db).await);
        is(4, waits_four_seconds(&db).await);
        assert_eq!(waits(&pool).await.expect("nothing fails"), before);
        assert_eq!(waits(&db.with_lock_timeout(None)).await.expect("nothing fails"), before);
    }

    fn lost() -> BankError {
        BankError::Database(sqlx::Error::Protocol("a connection that is lost".into()))
    }

    #[retry_on_error(when = always)]
    #[transactional]
    async fn fails(session: &mut Session<DB>, attempts: &std::sync::atomic::AtomicU32) -> Result<(), BankError> {
        attempts.store(session.attempt(), std::sync::atomic::Ordering::Relaxed);
        Err(lost())
    }

    #[retry_on_error(attempts = 2, when = always)]
    #[transactional]
    async fn fails_twice(session: &mut Session<DB>, attempts: &std::sync::atomic::AtomicU32) -> Result<(), BankError> {
        attempts.store(session.attempt(), std::sync::atomic::Ordering::Relaxed);
        Err(lost())
    }

    fn always(_: &BankError) -> bool {
        true
    }

    #[tokio::test]
    async fn retry_policy() {
        let (_database, pool) = open::<DB>(1).await;
        let policy = RetryPolicy::new().attempts(4).min_delay(Duration::from_millis(1)).max_delay(Duration::from_millis(1));
        let db = Db::from(pool).with_retry_policy(policy);
        let attempts = std::sync::atomic::AtomicU32::new(0);
        fails(&db, &attempts).await.expect_err("every attempt fails");
        assert_eq!(attempts.load(std::sync::atomic::Ordering::Relaxed), 4);
        fails_twice(&db, &attempts).await.expect_err("every attempt fails");
        assert_eq!(attempts.load(std::sync::atomic::Ordering::Relaxed), 2);
        let db = db.with_retry_policy(policy.max_elapsed(Duration::ZERO));
        fails(&db, &attempts).await.expect_err("every attempt fails");
        assert_eq!(attempts.load(std::sync::atomic::Ordering::Relaxed), 1);
    }
}
