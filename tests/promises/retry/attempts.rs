//! How often a call is tried. The first attempt counts. Each attempt has fresh arguments, its own
//! number and its own hooks, and the caller gets the last error.

use std::sync::{
    Mutex,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use sqlx_transactional::{Class, Session, retry_on_error, transactional};

use super::{Fault, fail};
use crate::{
    bank::{BankError, balances, open},
    diary::Diary,
};

on! { [postgres mysql]
    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms")]
    #[transactional]
    async fn uses_up(
        session: &mut Session<DB>,
        (mut name, numbers): (String, &Mutex<Vec<u32>>),
        amounts: Vec<i64>,
        succeeds_at: u32,
    ) -> Result<String, BankError> {
        numbers.lock().unwrap().push(session.attempt());
        name.push_str(" was here");
        for cents in amounts {
            add(&mut *session, 1, cents).await?;
        }
        if session.attempt() < succeeds_at {
            fail(session, Fault::Deadlock).await?;
        }
        Ok(name)
    }

    #[tokio::test]
    async fn every_attempt_has_fresh_arguments_and_its_number() {
        let (database, pool) = open::<DB>(2).await;
        let numbers = Mutex::default();
        let name = uses_up(&pool, ("Ada".into(), &numbers), vec![1, 10], 3).await.unwrap();
        assert_eq!((name.as_str(), numbers.into_inner().unwrap()), ("Ada was here", vec![1, 2, 3]));
        assert_eq!(balances(&database).await, (1011, 1000));
    }

    #[tokio::test]
    async fn the_last_error_arrives_as_it_is() {
        let (database, pool) = open::<DB>(2).await;
        let numbers = Mutex::default();
        let outcome = uses_up(&pool, (String::new(), &numbers), vec![1], 4).await;
        let Err(BankError::Database(error)) = outcome else { panic!("{outcome:?}") };
        assert!(error.as_database_error().is_some() && Class::of(&error) == Class::Deadlock, "{error:?}");
        assert_eq!(numbers.into_inner().unwrap(), [1, 2, 3]);
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms")]
    #[transactional]
    async fn hooked(session: &mut Session<DB>, diary: &Diary, succeeds_at: u32) -> Result<(), BankError> {
        let [committed, rolled_back] = [["1 committed", "2 committed", "3 committed"], ["1 rolled back", "2 rolled back", "3 rolled back"]]
            .map(|notes| notes[session.attempt() as usize - 1]);
        session.after_commit(diary.note(committed));
        session.after_rollback(diary.note(rolled_back));
        if session.attempt() < succeeds_at {
            fail(session, Fault::Deadlock).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn hooks_are_those_of_the_last_attempt() {
        let (_database, pool) = open::<DB>(2).await;
        for (succeeds_at, expected) in [(1, "1 committed"), (2, "2 committed"), (3, "3 committed"), (4, "3 rolled back")] {
            let diary = Diary::default();
            assert_eq!(hooked(&pool, &diary, succeeds_at).await.is_ok(), succeeds_at < 4);
            assert_eq!(diary.read(), [expected]);
        }
    }

    /// The call is dropped between two attempts, so its first attempt was its last.
    #[tokio::test]
    async fn a_call_that_is_dropped_while_it_sleeps_has_been_rolled_back() {
        #[retry_on_error(attempts = 3, min_delay = "1000min", max_delay = "1000min")]
        #[transactional]
        async fn sleeps(session: &mut Session<DB>, diary: &Diary, attempts: &AtomicU32) -> Result<(), BankError> {
            attempts.fetch_add(1, SeqCst);
            add(&mut *session, 1, 1).await?;
            session.after_rollback(diary.note("rolled back"));
            fail(session, Fault::Lost).await?;
            Ok(())
        }

        let (database, pool) = open::<DB>(1).await;
        let (diary, attempts) = (Diary::default(), AtomicU32::new(0));
        let mut call = Box::pin(sleeps(&pool, &diary, &attempts));
        // The connection can be acquired once the attempt has failed.
        let permit = async {
            while attempts.load(SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
            drop(pool.acquire().await.expect("a connection"));
        };
        tokio::select! {
            outcome = &mut call => panic!("it sleeps for hours: {outcome:?}"),
            () = permit => {}
        }
        assert!(diary.read().is_empty());
        drop(call);
        while diary.read().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn none_starts_after_max_elapsed() {
        #[retry_on_error(attempts = 1000, min_delay = "20ms", max_delay = "20ms", max_elapsed = "100ms")]
        #[transactional]
        async fn call(session: &mut Session<DB>, attempts: &AtomicU32) -> Result<(), BankError> {
            attempts.fetch_add(1, SeqCst);
            fail(session, Fault::Deadlock).await?;
            Ok(())
        }

        let (_database, pool) = open::<DB>(1).await;
        let (attempts, started) = (AtomicU32::new(0), std::time::Instant::now());
        call(&pool, &attempts).await.expect_err("every attempt fails");
        assert!((2..1000).contains(&attempts.load(SeqCst)), "{attempts:?} in {:?}", started.elapsed());
    }

    /// The timeout starts anew with each attempt.
    #[tokio::test]
    async fn each_has_the_whole_timeout() {
        #[retry_on_error(attempts = 3, min_delay = "150ms", max_delay = "150ms")]
        #[transactional(timeout = "200ms")]
        async fn call(session: &mut Session<DB>) -> Result<u32, BankError> {
            if session.attempt() < 3 {
                tokio::time::sleep(std::time::Duration::from_millis(120)).await;
                fail(&mut *session, Fault::Lost).await?;
            }
            Ok(session.attempt())
        }

        let (_database, pool) = open::<DB>(1).await;
        assert_eq!(call(&pool).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn a_timeout_is_not_retried_unless_when_says_so() {
        fn timed_out(error: &BankError) -> bool {
            matches!(error, BankError::Database(error) if Class::of(error) == Class::Timeout)
        }

        #[retry_on_error(attempts = 3, min_delay = "1ms")]
        #[transactional(timeout = "30ms")]
        async fn call(session: &mut Session<DB>, attempts: &AtomicU32) -> Result<(), BankError> {
            attempts.fetch_add(1, SeqCst);
            add(session, 1, 1).await?;
            std::future::pending().await
        }

        #[retry_on_error(attempts = 3, min_delay = "1ms", when = timed_out)]
        #[transactional(timeout = "30ms")]
        async fn insists(session: &mut Session<DB>, attempts: &AtomicU32) -> Result<(), BankError> {
            attempts.fetch_add(1, SeqCst);
            add(session, 1, 1).await?;
            std::future::pending().await
        }

        let (database, pool) = open::<DB>(1).await;
        for (expected, attempts) in [(1, AtomicU32::new(0)), (3, AtomicU32::new(0))] {
            let outcome = if expected == 1 { call(&pool, &attempts).await } else { insists(&pool, &attempts).await };
            assert!(outcome.is_err_and(|error| timed_out(&error)));
            assert_eq!(attempts.into_inner(), expected);
        }
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}
