//! A call loses its runtime: the runtime is shut down while the call runs, or the call is dropped
//! outside a runtime. Nothing panics, no transaction stays open on the server, and the pool's next
//! user can work.

use std::{
    panic,
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use futures_util::future::BoxFuture;
use sqlx::Pool;
use sqlx_transactional::{ReadOnly, Serializable, Session, retry_on_error, transactional};
use tests::explorer::polled;
use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot,
};

use super::{
    observer::{COMMITTED, Observer, REGISTERED, ROLLED_BACK, Stored},
    subject::{Subject as _, open},
};
use crate::{bank::BankError, diary::Diary};

fn always(_: &BankError) -> bool {
    true
}

/// How many panics for want of a runtime there were so far, on any thread. A panic in a task is not
/// visible otherwise.
fn panics() -> usize {
    static COUNTING: Once = Once::new();
    static PANICS: AtomicUsize = AtomicUsize::new(0);

    COUNTING.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |about| {
            let text = about.payload_as_str().unwrap_or_default();
            PANICS.fetch_add(
                usize::from(text.contains("Tokio") || text.contains("untime")),
                SeqCst,
            );
            print(about);
        }));
    });
    PANICS.load(SeqCst)
}

fn one_thread() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn several_threads() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

on_each_database! {
    #[retry_on_error(attempts = 2, min_delay = "1ms", max_delay = "1ms", when = always)]
    #[transactional(timeout = "20s", lock_timeout = "3s")]
    async fn writes(session: &mut Session<DB, Serializable>, diary: Diary) -> Result<(), BankError> {
        session.after_commit(diary.note(COMMITTED));
        session.after_rollback(diary.note(ROLLED_BACK));
        diary.note(REGISTERED).await;
        let attempt = session.attempt();
        add(&mut *session, 1, -1).await?;
        add(&mut *session, 2, 1).await?;
        session.connection().await?;
        if attempt == 1 { Err(BankError::Overdraft) } else { Ok(()) }
    }

    #[transactional]
    async fn reads(session: &mut Session<DB, ReadOnly>, _: Diary) -> Result<(), BankError> {
        sqlx::query("SELECT cents FROM accounts").fetch_all(&mut *session).await?;
        Ok(())
    }

    type Call = fn(Pool<DB>, Diary) -> BoxFuture<'static, Result<(), BankError>>;

    const CALLS: [(Call, i64); 2] = [
        (|pool, diary| Box::pin(async move { writes(&pool, diary).await }), 1),
        (|pool, diary| Box::pin(async move { reads(&pool, diary).await }), 0),
    ];

    /// At each poll, until the call ends before. The call is dropped with its runtime, or after it.
    fn at_every_poll(new: fn() -> Runtime, outlives: bool) {
        // Connections return to the pool in the background, also while the other runtime runs.
        let here = several_threads();
        let database = here.block_on(open::<DB>());
        let mut observer = here.block_on(Observer::of(&database));
        let panicked = panics();
        for (call, cents) in CALLS {
            let (_proxy, pool) = here.block_on(async { DB::reach(&database) });
            for polls in 1.. {
                let (over, is_over) = oneshot::channel();
                let theirs = new();
                let mut call = call(pool.clone(), Diary::default());
                let task = theirs.spawn(async move {
                    let finished = polled(call.as_mut(), polls).await.is_some();
                    let (stays, goes) = if outlives { (None, Some(call)) } else { (Some(call), None) };
                    over.send((finished, goes)).ok().expect("the receiver waits");
                    std::future::pending::<()>().await;
                    drop(stays);
                });
                let (finished, call) = theirs.block_on(is_over).expect("the call does not panic");
                drop(theirs);
                drop(call);
                assert!(here.block_on(task).is_err_and(|error| error.is_cancelled()));
                here.block_on(async {
                    let stored = if finished { Stored::All(cents) } else { Stored::AllOrNothing(cents) };
                    observer.check_server(&pool, stored).await;
                    // The pool contains connections of a runtime that has ended.
                    transfer(&pool, 1, 2, 1).await.expect("the next call is served");
                    observer.check(&pool, &Diary::default(), Stored::All(1)).await;
                });
                if finished {
                    break;
                }
            }
            let _inside = here.enter();
            drop(pool);
        }
        assert_eq!(panics(), panicked);
    }

    #[test]
    fn that_is_shut_down() {
        at_every_poll(one_thread, false);
    }

    #[test]
    fn that_is_shut_down_and_has_threads() {
        at_every_poll(several_threads, false);
    }

    #[test]
    fn that_is_gone_when_the_call_is_dropped() {
        at_every_poll(several_threads, true);
    }

    #[test]
    fn outside_of_it_the_call_is_dropped() {
        let runtime = one_thread();
        let database = runtime.block_on(open::<DB>());
        let mut observer = runtime.block_on(Observer::of(&database));
        let panicked = panics();
        for (call, cents) in CALLS {
            let (_proxy, pool) = runtime.block_on(async { DB::reach(&database) });
            for polls in 1.. {
                let diary = Diary::default();
                let mut call = call(pool.clone(), diary.clone());
                // In a task of its own, because `block_on` polls after every event.
                let (finished, call) = runtime.block_on(async {
                    tokio::spawn(async move { (polled(call.as_mut(), polls).await.is_some(), call) }).await.expect("it does not panic")
                });
                drop(call);
                let stored = if finished { Stored::All(cents) } else { Stored::AllOrNothing(cents) };
                runtime.block_on(observer.check(&pool, &diary, stored));
                if finished {
                    break;
                }
            }
            let _inside = runtime.enter();
            drop(pool);
        }
        assert_eq!(panics(), panicked);
    }
}
