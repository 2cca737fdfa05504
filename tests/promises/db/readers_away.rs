//! The outage of a reader does not affect calls that begin after it. PostgreSQL and MariaDB.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use futures_util::future::join_all;
use sqlx::Pool;
use sqlx_transactional::{Class, Db, ReadOnly, Session, retry_on_error, transactional};
use tests::checks::next_call_clean;
use tests::servers::Own;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

use super::replicated::{LONG, Replicated, Seen, functions, look};

const TASKS: usize = 8;

/// Opens every connection that the reader's pool may have, and leaves them idle.
async fn filled<DB: Own>(pool: &Pool<DB>) {
    let connections = pool.options().get_max_connections();
    let all = join_all((0..connections).map(|_| pool.acquire())).await;
    assert!(all.iter().all(Result::is_ok));
    drop(all);
    while pool.num_idle() < connections as usize {
        yield_now().await;
    }
}

/// What the tasks share.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    /// Whether the reader is known to be down. Calls that begin now must succeed.
    away: AtomicBool,
    done: AtomicUsize,
    cut: AtomicUsize,
}

impl Load {
    /// Waits for `more` calls that began after this call.
    async fn does(&self, more: usize) {
        let enough = self.done.load(SeqCst) + more + TASKS;
        while self.done.load(SeqCst) < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

on! { [postgres mysql]
    functions!(read);

    #[tokio::test]
    async fn connections_that_were_terminated_are_replaced() {
        let replicated = Replicated::<DB>::start().await;
        let reader = replicated.reader(8);
        let db = Db::from(replicated.writer()).with_readers([reader.clone()]);
        filled(&reader).await;
        replicated.replica.terminate_backends().await;
        for seen in join_all((0..8).map(|_| read(&db))).await {
            assert_eq!(seen.expect("no call sees a dead connection").port, replicated.replica_port());
        }
    }

    #[retry_on_error(max_delay = "20ms")]
    #[transactional]
    async fn reads_until_it_works(session: &mut Session<DB, ReadOnly>) -> Result<Seen, sqlx::Error> {
        read_twice(session).await
    }

    #[transactional]
    async fn read_twice(session: &mut Session<DB, ReadOnly>) -> Result<Seen, sqlx::Error> {
        read(&mut *session).await?;
        read(session).await
    }

    async fn one_after_the_other(db: Db<DB>, load: Arc<Load>, retries: bool) {
        while !load.stop.load(SeqCst) {
            let away = load.away.load(SeqCst);
            let outcome = if retries { reads_until_it_works(&db).await } else { read_twice(&db).await };
            match outcome {
                Ok(_) => _ = load.done.fetch_add(1, SeqCst),
                Err(error) => {
                    assert_eq!(Class::of(&error), Class::Connection, "{error:?}");
                    assert!(!retries && !away, "it began while the reader was down: {error:?}");
                    load.cut.fetch_add(1, SeqCst);
                }
            }
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_reader_that_is_killed_under_load_is_left_out_until_it_is_back() {
        let mut replicated = Replicated::<DB>::start().await;
        let (db, load) = (replicated.db(), Arc::new(Load::default()));
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            tasks.spawn(one_after_the_other(db.clone(), Arc::clone(&load), task % 2 == 0));
        }
        for _ in 0..3 {
            load.does(100).await;
            replicated.replica.kill().await;
            load.away.store(true, SeqCst);
            load.does(100).await;
            assert_eq!(read(&db).await.expect("there is the writer").port, replicated.primary_port());
            load.away.store(false, SeqCst);
            replicated.replica.start_again().await;
            while read(&db).await.expect("there is the writer").port != replicated.replica_port() {
                yield_now().await;
            }
        }
        load.stop.store(true, SeqCst);
        while let Some(ended) = tasks.join_next().await {
            ended.expect("no task saw an unexpected error");
        }
        let name = <DB as sqlx::Database>::NAME;
        println!("{name}: {} calls, {} failed in their bodies", load.done.load(SeqCst), load.cut.load(SeqCst));
    }

    /// Its connections exist, but get no answer. The pool would wait for twenty minutes.
    #[tokio::test]
    async fn one_that_stands_still_stalls_nobody() {
        let mut replicated = Replicated::<DB>::start().await;
        let reader = replicated.reader(8);
        let db = Db::from(replicated.writer()).with_readers([reader.clone()]);
        filled(&reader).await;
        replicated.replica.pause();
        for _ in 0..2 {
            let all = timeout(LONG, join_all((0..20).map(|_| read(&db)))).await.expect("they go on");
            for seen in all {
                assert_eq!(seen.expect("there is the writer").port, replicated.primary_port());
            }
        }
        replicated.replica.resume();
        let back = async { while read(&db).await.expect("there is the writer").port != replicated.replica_port() {} };
        timeout(LONG, back).await.expect("it is used again");
        next_call_clean(&reader).await;
    }

    #[transactional(timeout = "20s")]
    async fn read_in_time(session: &mut Session<DB, ReadOnly>) -> Result<Seen, sqlx::Error> {
        read(session).await
    }

    /// All connections of the reader are taken, and are not returned.
    #[tokio::test]
    async fn one_that_has_no_connection_left_is_left_alone() {
        let replicated = Replicated::<DB>::start().await;
        let reader = replicated.reader(2);
        let db = Db::from(replicated.writer()).with_readers([reader.clone()]);
        let held = [reader.acquire().await.expect("a connection"), reader.acquire().await.expect("a connection")];
        assert_eq!(read_in_time(&db).await.expect("there is the writer").port, replicated.primary_port());
        drop(held);
        let back = async { while read(&db).await.expect("there is the writer").port != replicated.replica_port() {} };
        timeout(LONG, back).await.expect("it is used again");
    }
}
