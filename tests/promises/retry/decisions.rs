//! Which failures are tried again. What the session saw decides in every phase, and the user's
//! error type does not matter.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use sqlx_transactional::{Class, Session, retry_on_error, transactional};

use super::{Fault, fail};
use crate::bank::{BankError, balances, open};

/// What the body does with the failure of its first attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Returns,
    /// Returns an error that does not contain it.
    Replaces,
    /// Returns `Ok`.
    Swallows,
}

macro_rules! decide {
    ($($fault:ident: $attempts:literal),*; swallowed: $($swallowed:ident),*) => {
        #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms")]
        #[transactional]
        async fn fails_once(session: &mut Session<DB>, fault: Fault, body: Body, attempts: &AtomicU32) -> Result<(), BankError> {
            attempts.fetch_add(1, SeqCst);
            add(&mut *session, 2, 1).await?;
            if session.attempt() > 1 {
                return Ok(());
            }
            match (fail(session, fault).await, body) {
                (Err(error), Body::Returns) => Err(error.into()),
                (Err(_), Body::Replaces) => Err(BankError::Overdraft),
                (Err(_), Body::Swallows) => Ok(()),
                (Ok(()), _) => panic!("{fault:?} is a failure"),
            }
        }

        #[tokio::test]
        async fn failures_that_may_pass_are_retried_and_no_others() {
            let (database, pool) = open::<DB>(2).await;
            let mut succeeded = 0;
            for (fault, expected) in [$((Fault::$fault, $attempts)),*] {
                for body in [Body::Returns, Body::Replaces] {
                    let attempts = AtomicU32::new(0);
                    let outcome = fails_once(&pool, fault, body, &attempts).await;
                    assert_eq!((attempts.into_inner(), outcome.is_ok()), (expected, expected == 2), "{fault:?} {body:?}: {outcome:?}");
                    succeeded += i64::from(outcome.is_ok());
                }
            }
            assert_eq!(balances(&database).await, (1000, 1000 + succeeded));
        }

        #[tokio::test]
        async fn those_that_the_body_swallowed_are_retried_too() {
            let (database, pool) = open::<DB>(2).await;
            let faults = [$(Fault::$swallowed),*];
            for fault in faults {
                let attempts = AtomicU32::new(0);
                fails_once(&pool, fault, Body::Swallows, &attempts).await.unwrap();
                assert_eq!(attempts.into_inner(), 2, "{fault:?}");
            }
            assert_eq!(balances(&database).await, (1000, 1000 + i64::try_from(faults.len()).unwrap()));
        }
    };
}

mod postgres {
    use super::*;
    use crate::bank::postgres::{DB, add};

    decide! {
        Serialization: 2, Deadlock: 2, Lost: 2, LockTimeout: 1, Division: 1, Duplicate: 1;
        swallowed: Serialization, Deadlock, Lost
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms")]
    #[transactional]
    async fn refused_at_commit(
        session: &mut Session<DB>,
        attempts: &AtomicU32,
    ) -> Result<(), sqlx::Error> {
        let first = attempts.fetch_add(1, SeqCst) == 0;
        sqlx::query("INSERT INTO commits VALUES ($1)")
            .bind(first)
            .execute(session)
            .await?;
        Ok(())
    }

    /// A serialization failure as the answer to COMMIT.
    #[tokio::test]
    async fn a_serialization_failure_of_commit_is_retried() {
        let (database, pool) = open::<DB>(2).await;
        let raise = "BEGIN IF NEW.fails THEN RAISE EXCEPTION 'as a test must' USING ERRCODE = '40001'; END IF; RETURN NULL; END";
        database
            .run(&format!(
                "CREATE TABLE commits (fails BOOLEAN);
                 CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {raise} $$;
                 CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON commits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
            ))
            .await;
        let attempts = AtomicU32::new(0);
        refused_at_commit(&pool, &attempts).await.unwrap();
        assert_eq!(
            (
                attempts.into_inner(),
                database.integer("SELECT COUNT(*) FROM commits").await
            ),
            (2, 1)
        );
    }
}

mod mysql {
    use super::*;
    use crate::bank::mysql::{DB, add};

    decide! {
        Serialization: 2, Deadlock: 2, Lost: 2, LockTimeout: 1, Division: 1, Duplicate: 1;
        swallowed: Serialization, Deadlock, Lost
    }
}

mod sqlite {
    use std::time::Duration;

    use sqlx::{Connection as _, sqlite::SqliteConnection};

    use super::*;
    use crate::bank::{options, sqlite::DB, sqlite::add};

    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms")]
    #[transactional]
    async fn once(
        session: &mut Session<DB>,
        numbers: &std::sync::Mutex<Vec<u32>>,
    ) -> Result<(), BankError> {
        numbers.lock().unwrap().push(session.attempt());
        add(session, 2, 1).await?;
        Ok(())
    }

    /// BEGIN takes the lock and fails. The body does not run.
    #[tokio::test]
    async fn a_busy_database_is_tried_again() {
        let (database, _) = open::<DB>(1).await;
        let impatient =
            || options(2).connect_lazy_with(database.options().busy_timeout(Duration::ZERO));
        let mut other = SqliteConnection::connect_with(&database.options())
            .await
            .unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE")
            .execute(&mut other)
            .await
            .unwrap();
        let numbers = std::sync::Mutex::default();
        let Err(BankError::Database(error)) = once(&impatient(), &numbers).await else {
            panic!("the lock is taken")
        };
        assert_eq!(
            (Class::of(&error), numbers.lock().unwrap().len()),
            (Class::Busy, 0)
        );

        let pool = impatient();
        let freed = async {
            // The first attempt has failed once its connection is back.
            while pool.num_idle() == 0 {
                tokio::task::yield_now().await;
            }
            sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        };
        let patient = async {
            #[retry_on_error(attempts = 50, min_delay = "20ms", max_delay = "20ms")]
            #[transactional]
            async fn patient(session: &mut Session<DB>) -> Result<u32, BankError> {
                add(&mut *session, 2, 1).await?;
                Ok(session.attempt())
            }
            patient(&pool).await
        };
        let ((), outcome) = tokio::join!(freed, patient);
        assert!(outcome.unwrap() > 1);
        assert_eq!(balances(&database).await, (1000, 1001));
    }
}

/// Error types as applications have them. Some keep the database's error, some do not.
mod error_types {
    use std::error::Error as StdError;

    use super::*;
    use crate::bank::postgres::DB;

    #[derive(Debug)]
    enum Dropped {
        Database,
    }

    impl From<sqlx::Error> for Dropped {
        fn from(_: sqlx::Error) -> Self {
            Self::Database
        }
    }

    #[derive(Debug, thiserror::Error)]
    enum Transparent {
        #[error(transparent)]
        Database(#[from] sqlx::Error),
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "as applications do, for the log")]
    struct Text(String);

    impl From<sqlx::Error> for Text {
        fn from(error: sqlx::Error) -> Self {
            Self(error.to_string())
        }
    }

    macro_rules! same_decisions {
        ($($name:ident: $error:ty;)*) => { $(
            #[tokio::test]
            async fn $name() {
                #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms")]
                #[transactional]
                async fn call(session: &mut Session<DB>, fault: Fault, attempts: &AtomicU32) -> Result<(), $error> {
                    attempts.fetch_add(1, SeqCst);
                    fail(session, fault).await?;
                    Ok(())
                }

                let (_database, pool) = open::<DB>(2).await;
                for (fault, expected) in [
                    (Fault::Serialization, 3), (Fault::Deadlock, 3), (Fault::Lost, 3),
                    (Fault::LockTimeout, 1), (Fault::Division, 1), (Fault::Duplicate, 1),
                ] {
                    let attempts = AtomicU32::new(0);
                    call(&pool, fault, &attempts).await.expect_err("every attempt fails");
                    assert_eq!(attempts.into_inner(), expected, "{fault:?}");
                }
            }
        )* };
    }
    same_decisions! {
        an_enum_that_dropped_its_source: Dropped;
        a_transparent_enum: Transparent;
        anyhow: anyhow::Error;
        a_boxed_error: Box<dyn StdError + Send + Sync>;
        a_text: Text;
        the_databases_own: sqlx::Error;
    }
}
