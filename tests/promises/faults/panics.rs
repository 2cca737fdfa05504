//! A panic ends a call like an error does: after any statement, in a body, in a joined or nested
//! call or in a hook, nothing is left of the call but what it stored.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
};

use futures_util::FutureExt as _;
use sqlx_transactional::{ReadOnly, Serializable, Session, retry_on_error, transactional};

use super::{
    observer::{COMMITTED, Observer, REGISTERED, ROLLED_BACK, Stored},
    subject::{Subject as _, open},
};
use crate::{
    bank::{BankError, sql},
    diary::Diary,
};

/// Panics after so many statements.
struct Fuse(AtomicUsize);

impl Fuse {
    const fn after(statements: usize) -> Self {
        Self(AtomicUsize::new(statements))
    }

    fn burn(&self) {
        if self.0.fetch_sub(1, SeqCst) == 1 {
            panic_quietly();
        }
    }
}

/// Without a line on standard error, because there would be hundreds.
fn panic_quietly() -> ! {
    resume_unwind(Box::new("as a test must"))
}

fn always(_: &BankError) -> bool {
    true
}

on_each_database! {
    async fn add_or_panic(session: &mut Session<DB>, fuse: &Fuse, account: i64, cents: i64) -> Result<(), BankError> {
        fuse.burn();
        let update = sqlx::query(sql::<DB>("UPDATE accounts SET cents = cents + $1 WHERE id = $2"));
        update.bind(cents).bind(account).execute(&mut *session).await?;
        fuse.burn();
        sqlx::raw_sql("SELECT 1; SELECT 2").execute(session).await?;
        fuse.burn();
        Ok(())
    }

    #[transactional]
    async fn moves(session: &mut Session<DB>, fuse: &Fuse) -> Result<(), BankError> {
        add_or_panic(&mut *session, fuse, 1, -1).await?;
        add_or_panic(session, fuse, 2, 1).await
    }

    #[transactional(nested)]
    async fn savepoint(session: &mut Session<DB>, fuse: &Fuse) -> Result<(), BankError> {
        moves(session, fuse).await
    }

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Inner { None, Joined, Nested, Caught }

    #[transactional(timeout = "20s", lock_timeout = "3s")]
    async fn outer(session: &mut Session<DB, Serializable>, diary: &Diary, fuse: &Fuse, inner: Inner) -> Result<(), BankError> {
        session.after_commit(diary.note(COMMITTED));
        session.after_rollback(diary.note(ROLLED_BACK));
        diary.note(REGISTERED).await;
        match inner {
            Inner::None => {
                add_or_panic(&mut *session, fuse, 1, -1).await?;
                add_or_panic(session, fuse, 2, 1).await?;
            }
            Inner::Joined => moves(session, fuse).await?,
            Inner::Nested => savepoint(session, fuse).await?,
            Inner::Caught => {
                add_or_panic(&mut *session, &Fuse::after(0), 1, -1).await?;
                AssertUnwindSafe(savepoint(&mut *session, fuse)).catch_unwind().await.unwrap_or(Ok(()))?;
                add_or_panic(session, &Fuse::after(0), 2, 1).await?;
            }
        }
        Ok(())
    }

    /// At each statement, until the call runs to its end.
    async fn at_every_statement(inner: Inner) {
        let database = open::<DB>().await;
        let (_proxy, pool) = DB::reach(&database);
        let mut observer = Observer::of(&database).await;
        for statements in 1.. {
            let (diary, fuse) = (Diary::default(), Fuse::after(statements));
            let outcome = AssertUnwindSafe(outer(&pool, &diary, &fuse, inner)).catch_unwind().await;
            let burnt = statements <= 6;
            let stored = match &outcome {
                Ok(Ok(())) if inner == Inner::Caught => Stored::All(if burnt { 1 } else { 2 }),
                Ok(Ok(())) if !burnt => Stored::All(1),
                Err(_) if burnt => Stored::Nothing,
                more => panic!("{inner:?}, {statements}: {more:?}"),
            };
            observer.check(&pool, &diary, stored).await;
            if !burnt {
                break;
            }
        }
    }

    #[tokio::test]
    async fn in_the_body() {
        at_every_statement(Inner::None).await;
    }

    #[tokio::test]
    async fn in_a_joined_call() {
        at_every_statement(Inner::Joined).await;
    }

    #[tokio::test]
    async fn in_a_nested_call() {
        at_every_statement(Inner::Nested).await;
    }

    /// The nested call is undone alone.
    #[tokio::test]
    async fn in_a_nested_call_that_its_caller_survives() {
        at_every_statement(Inner::Caught).await;
    }

    #[transactional]
    async fn survives_a_joined_call(session: &mut Session<DB>, fuse: &Fuse) -> Result<(), BankError> {
        let joined = AssertUnwindSafe(moves(&mut *session, fuse)).catch_unwind().await;
        assert!(joined.is_err());
        let refused = sqlx::query("SELECT 1").execute(session).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("can only roll back")));
        Ok(())
    }

    /// The effects of the joined call are unknown.
    #[tokio::test]
    async fn in_a_joined_call_that_its_caller_survives() {
        let database = open::<DB>().await;
        let (_proxy, pool) = DB::reach(&database);
        let mut observer = Observer::of(&database).await;
        for statements in 1..=6 {
            let outcome = survives_a_joined_call(&pool, &Fuse::after(statements)).await;
            let Err(BankError::Database(error)) = outcome else { panic!("it was committed: {outcome:?}") };
            assert!(error.to_string().contains("can only roll back"), "{error}");
            observer.check(&pool, &Diary::default(), Stored::Nothing).await;
        }
    }

    #[transactional]
    async fn reads(session: &mut Session<DB, ReadOnly>, fuse: &Fuse) -> Result<(), BankError> {
        fuse.burn();
        sqlx::query("SELECT cents FROM accounts").fetch_all(&mut *session).await?;
        fuse.burn();
        Ok(())
    }

    #[tokio::test]
    async fn in_a_call_that_reads() {
        let database = open::<DB>().await;
        let (_proxy, pool) = DB::reach(&database);
        let mut observer = Observer::of(&database).await;
        for statements in 1..=3 {
            let outcome = AssertUnwindSafe(reads(&pool, &Fuse::after(statements))).catch_unwind().await;
            assert_eq!(outcome.is_err(), statements <= 2);
            observer.check(&pool, &Diary::default(), Stored::Nothing).await;
        }
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", when = always)]
    #[transactional]
    async fn second_attempt(session: &mut Session<DB>, diary: &Diary, fuse: &Fuse) -> Result<(), BankError> {
        session.after_commit(diary.note(COMMITTED));
        session.after_rollback(diary.note(ROLLED_BACK));
        diary.note(REGISTERED).await;
        let attempt = session.attempt();
        let fuse = if attempt == 1 { &Fuse::after(0) } else { fuse };
        moves(session, fuse).await?;
        if attempt == 1 { Err(BankError::Overdraft) } else { Ok(()) }
    }

    /// A panic is not retried.
    #[tokio::test]
    async fn in_a_second_attempt() {
        let database = open::<DB>().await;
        let (_proxy, pool) = DB::reach(&database);
        let mut observer = Observer::of(&database).await;
        for statements in 1..=6 {
            let (diary, fuse) = (Diary::default(), Fuse::after(statements));
            assert!(AssertUnwindSafe(second_attempt(&pool, &diary, &fuse)).catch_unwind().await.is_err());
            observer.check(&pool, &diary, Stored::Nothing).await;
        }
    }

    #[transactional]
    async fn with_a_hook_that_panics(session: &mut Session<DB>, diary: &Diary, ok: bool) -> Result<(), BankError> {
        session.after_commit(async { panic_quietly() });
        session.after_rollback(async { panic_quietly() });
        session.after_commit(diary.note(COMMITTED));
        session.after_rollback(diary.note(ROLLED_BACK));
        diary.note(REGISTERED).await;
        moves(session, &Fuse::after(0)).await?;
        if ok { Ok(()) } else { Err(BankError::Overdraft) }
    }

    /// The outcome is already known then, and does not change.
    #[tokio::test]
    async fn in_a_hook() {
        let database = open::<DB>().await;
        let (_proxy, pool) = DB::reach(&database);
        let mut observer = Observer::of(&database).await;
        for (ok, stored) in [(true, Stored::All(1)), (false, Stored::Nothing)] {
            let diary = Diary::default();
            assert_eq!(with_a_hook_that_panics(&pool, &diary, ok).await.is_ok(), ok);
            observer.check(&pool, &diary, stored).await;
        }
    }
}
