//! A `Db` uses the runtime in which it was opened. A caller may run in another runtime, and end
//! while other calls use a connection that was opened for it.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use sqlx::Sqlite;
use sqlx_transactional::{Db, DbOptions, Session, transactional};
use tests::{
    checks::PROMISED,
    explorer::polled,
    proxy::{Point, Proxy, Way},
};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

use crate::{
    bank::{BankError, balances, open, options},
    diary::Diary,
};

const HOOK: &str = "committed";

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

mod at_commit {
    use super::*;

    on! { [postgres mysql]
        #[transactional]
        async fn noted(session: &mut Session<DB>, diary: Diary) -> Result<(), BankError> {
            session.after_commit(diary.note(HOOK));
            add(session, 1, 5).await.map(drop)
        }

        /// The first caller has opened the connection. A second caller is at COMMIT on it when the
        /// first caller's runtime ends.
        #[test]
        fn a_caller_that_ends_takes_nobodys_connection_along() {
            for home in [several_threads(), one_thread()] {
                let (database, _) = home.block_on(open::<DB>(1));
                let proxy = Proxy::of(&database);
                let db = home.block_on(async { Db::from(database.pool_through(&proxy, options(1))) });
                let first = one_thread();
                // In a task of its own, so that a `Db` runtime of one thread runs meanwhile.
                let opened = { let db = db.clone(); first.spawn(async move { transfer(&db, 1, 2, 1).await }) };
                home.block_on(async {
                    let ran = tokio::task::spawn_blocking(move || first.block_on(opened).map(|outcome| (outcome, first)));
                    let (outcome, first) = ran.await.expect("it does not panic").expect("nor does the call");
                    outcome.expect("the server is there");
                    let acknowledged = proxy.hold(Way::ToClient, Point::Commit);
                    let second = tokio::spawn({ let db = db.clone(); async move { transfer(&db, 1, 2, 1).await } });
                    acknowledged.reached().await;
                    tokio::task::spawn_blocking(move || drop(first)).await.expect("it ends");
                    acknowledged.release();
                    second.await.expect("it does not panic").expect("COMMIT is answered");
                    assert_eq!((balances(&database).await, proxy.connections()), ((998, 1002), 1));
                });
            }
        }

        /// COMMIT was sent. The runtime of the `Db` finishes it.
        #[test]
        fn a_commit_outlives_the_runtime_of_its_call() {
            let home = several_threads();
            let (database, _) = home.block_on(open::<DB>(1));
            let proxy = Proxy::of(&database);
            let db = home.block_on(async { Db::from(database.pool_through(&proxy, options(1))) });
            let (diary, acknowledged) = (Diary::default(), proxy.hold(Way::ToClient, Point::Commit));
            let theirs = one_thread();
            theirs.block_on(async {
                let mut call = Box::pin(noted(&db, diary.clone()));
                tokio::select! {
                    outcome = &mut call => panic!("before COMMIT was acknowledged: {outcome:?}"),
                    () = acknowledged.reached() => {}
                }
                assert!(polled(call.as_mut(), 1).await.is_none());
            });
            drop(theirs);
            acknowledged.release();
            home.block_on(async {
                let committed = async {
                    while diary.read().is_empty() {
                        tokio::task::yield_now().await;
                    }
                };
                timeout(PROMISED, committed).await.expect("the hook runs");
                assert_eq!((diary.read(), balances(&database).await), (vec![HOOK], (1005, 1000)));
                transfer(&db, 1, 2, 1).await.expect("the connection is back in the pool");
                assert_eq!(proxy.connections(), 1);
            });
        }
    }
}

on_each_database! {
    /// A handle that several tests share, each with a runtime of its own. The runtime of the `Db`
    /// has ended.
    #[test]
    fn one_that_has_ended_is_not_missed() {
        let here = one_thread();
        let (database, pool) = here.block_on(open::<DB>(2));
        let home = several_threads();
        let db = home.block_on(async { Db::from(pool) });
        home.block_on(transfer(&db, 1, 2, 1)).expect("the database is there");
        drop(home);
        for _ in 0..2 {
            let theirs = one_thread();
            theirs.block_on(transfer(&db, 1, 2, 1)).expect("the database is there");
        }
        assert_eq!(here.block_on(balances(&database)), (997, 1003));
        here.block_on(async { drop(db) });
    }

    /// The runtime of the `Db` exists, but no thread runs it.
    #[test]
    fn one_that_nobody_runs_is_not_waited_for() {
        let here = one_thread();
        let (database, pool) = here.block_on(open::<DB>(2));
        let home = one_thread();
        let db = home.block_on(async { Db::from(pool) });
        for _ in 0..2 {
            here.block_on(transfer(&db, 1, 2, 1)).expect("the database is there");
        }
        assert_eq!(here.block_on(balances(&database)), (998, 1002));
        here.block_on(async { drop(db) });
    }
}

mod opened_elsewhere {
    use super::*;

    on! { [postgres mysql]
        /// Its socket may still answer BEGIN, and then a statement fails. That is the database's own
        /// runtime first, and then those of its callers.
        #[test]
        fn what_an_ended_one_has_opened_is_sent_nothing() {
            let here = one_thread();
            let (database, _) = here.block_on(open::<DB>(2));
            let proxy = Proxy::of(&database);
            let home = several_threads();
            let db = home.block_on(async { Db::from(database.pool_through(&proxy, options(2))) });
            home.block_on(async {
                transfer(&db, 1, 2, 1).await.expect("the database is there");
                while db.pool().num_idle() == 0 {
                    tokio::task::yield_now().await;
                }
            });
            drop(home);
            for _ in 0..2 {
                one_thread().block_on(async {
                    transfer(&db, 1, 2, 1).await.expect("the database is there");
                    transfer(&db, 1, 2, 1).await.expect("the database is there");
                });
            }
            let sent = proxy.messages().into_iter().filter(|message| message.way == Way::ToServer);
            let mut links: Vec<_> = sent.map(|message| message.link).collect();
            links.dedup();
            assert_eq!(links, [0, 1, 2, 3, 4], "each call has its own");
            assert_eq!(here.block_on(balances(&database)), (995, 1005));
            here.block_on(async { drop(db) });
        }
    }
}

/// The panic reaches the caller, as it would with one runtime.
#[test]
fn a_hook_that_panics_does_so_in_the_call() {
    #[transactional]
    async fn asks(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT 1").fetch_one(session).await
    }

    let (home, theirs, calls) = (several_threads(), one_thread(), AtomicUsize::new(0));
    let options = DbOptions::<Sqlite>::from_url("sqlite::memory:")
        .expect("a URL")
        .on_connect(move |_| {
            let call = calls.fetch_add(1, SeqCst);
            Box::pin(async move {
                assert!(call > 0, "the first connection");
                Ok(())
            })
        });
    let db = home
        .block_on(async { options.connect_lazy() })
        .expect("there is a runtime");
    for panics in [true, false] {
        let called = theirs.spawn({
            let db = db.clone();
            async move { asks(&db).await }
        });
        match theirs.block_on(called) {
            Err(error) => assert!(panics && error.is_panic(), "{error}"),
            Ok(answer) => assert_eq!((panics, answer.expect("a connection")), (false, 1)),
        }
    }
    home.block_on(async { drop(db) });
}
