//! A server is killed under load and comes back. Every acknowledged call is stored once, every
//! other call gets an error that says what happened, and the budget keeps retries from multiplying
//! the load.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use sqlx::Pool;
use sqlx::pool::PoolOptions;
use sqlx_transactional::{Class, Db, RetryBudget, Session, retry_on_error, transactional};
use tests::checks::no_connection_in_transaction;
use tests::servers::{OwnServer, TestDatabase};
use tokio::task::JoinSet;

use crate::bank::{balances, sql};

const TASKS: usize = 8;

/// Calls for each task. Together they need more retries than a budget has.
const CALLS: usize = 6;

/// How each call ended, by its id.
type Told = HashMap<i64, Result<(), Class>>;

/// What the tasks share.
#[derive(Default)]
struct Calls {
    next: AtomicI64,
    acknowledged: AtomicUsize,
    failed: AtomicUsize,
    attempts: AtomicUsize,
    stop: AtomicBool,
}

impl Calls {
    /// Waits until `more` further calls have succeeded.
    async fn succeed(&self, more: usize) {
        let enough = self.acknowledged.load(SeqCst) + more;
        while self.acknowledged.load(SeqCst) < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits until `more` further calls have failed.
    async fn fail(&self, more: usize) {
        let enough = self.failed.load(SeqCst) + more;
        while self.failed.load(SeqCst) < enough {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Counts the attempts: each attempt gets a clone, even if it never gets a session.
#[derive(Default)]
struct Attempt(Arc<AtomicUsize>);

impl Clone for Attempt {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, SeqCst);
        self.again()
    }
}

impl Attempt {
    /// A counter for another call, with the same total.
    fn again(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    fn made(&self) -> usize {
        self.0.load(SeqCst)
    }
}

on! { [postgres mysql]
    #[retry_on_error(attempts = 4, max_delay = "50ms")]
    #[transactional]
    async fn enter(session: &mut Session<DB>, id: i64, calls: &Calls) -> Result<(), sqlx::Error> {
        calls.attempts.fetch_add(1, SeqCst);
        sqlx::query(sql::<DB>("INSERT INTO entries VALUES ($1)")).bind(id).execute(&mut *session).await?;
        // Another statement, so that the server may be killed in between.
        sqlx::query(sql::<DB>("UPDATE accounts SET cents = cents + 1 WHERE id = $1")).bind(1 + id % 2).execute(session).await?;
        Ok(())
    }

    async fn one_after_the_other(db: Db<DB>, calls: Arc<Calls>) -> Told {
        let mut told = Told::new();
        while !calls.stop.load(SeqCst) {
            let id = calls.next.fetch_add(1, SeqCst);
            let outcome = enter(&db, id, &calls).await.map_err(|error| Class::of(&error));
            if outcome.is_ok() { &calls.acknowledged } else { &calls.failed }.fetch_add(1, SeqCst);
            told.insert(id, outcome);
        }
        told
    }

    async fn on_its_own() -> (OwnServer<DB>, TestDatabase<DB>, PoolOptions<DB>) {
        let server = OwnServer::<DB>::start().await;
        let database = TestDatabase::on(&server).await;
        database
            .run(
                "CREATE TABLE entries (id BIGINT NOT NULL); CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL);
                 INSERT INTO accounts VALUES (1, 0), (2, 0)",
            )
            .await;
        let options = PoolOptions::new().max_connections(8).acquire_timeout(Duration::from_millis(250)).test_before_acquire(false);
        (server, database, options)
    }

    /// What is stored agrees with what the callers were told.
    async fn compare(database: &TestDatabase<DB>, told: &Told) {
        let mut unknown = 0;
        for (id, outcome) in told {
            let stored = database.integer(&format!("SELECT COUNT(*) FROM entries WHERE id = {id}")).await;
            match outcome {
                Ok(()) => assert_eq!(stored, 1, "call {id} was acknowledged"),
                Err(Class::CommitUnknown) => {
                    assert!(stored <= 1, "call {id} is there {stored} times");
                    unknown += stored;
                }
                Err(Class::Connection | Class::PoolTimeout) => assert_eq!(stored, 0, "call {id} ended with {outcome:?}"),
                Err(class) => panic!("call {id} ended with {class:?}, which is not expected"),
            }
        }
        let acknowledged = told.values().filter(|outcome| outcome.is_ok()).count();
        let stored = database.integer("SELECT COUNT(*) FROM entries").await;
        assert_eq!(stored, i64::try_from(acknowledged).expect("a small number") + unknown, "nothing else is there");
        let (one, other) = balances(database).await;
        assert_eq!(one + other, stored, "each call is there as a whole");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn loses_and_doubles_nothing_when_the_server_is_killed() {
        let (mut server, database, options) = on_its_own().await;
        let (pool, calls) = (database.pool(options), Arc::new(Calls::default()));
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            tasks.spawn(one_after_the_other(Db::from(pool.clone()), Arc::clone(&calls)));
        }
        for _ in 0..3 {
            calls.succeed(100).await;
            server.kill().await;
            calls.fail(TASKS).await;
            server.start_again().await;
        }
        calls.succeed(100).await;
        calls.stop.store(true, SeqCst);
        let told: Told = tasks.join_all().await.into_iter().flatten().collect();
        compare(&database, &told).await;
        no_connection_in_transaction(&database, &pool).await;
        let mut classes = HashMap::<_, usize>::new();
        for outcome in told.values() {
            *classes.entry(*outcome).or_default() += 1;
        }
        println!("{}: {classes:?} after {} attempts", <DB as sqlx::Database>::NAME, calls.attempts.load(SeqCst));
    }

    #[retry_on_error(attempts = 4, max_delay = "20ms")]
    #[transactional]
    async fn nothing(session: &mut Session<DB>, attempt: Attempt) -> Result<(), sqlx::Error> {
        drop(attempt);
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok(())
    }

    /// How many attempts the calls made while the server was down, with this budget.
    async fn attempts_of_calls_that_fail(pool: &Pool<DB>, budget: RetryBudget) -> usize {
        let (db, attempt) = (Db::from(pool.clone()).with_retry_budget(budget), Attempt::default());
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let (db, attempt) = (db.clone(), attempt.again());
            tasks.spawn(async move {
                for _ in 0..CALLS {
                    let error = nothing(&db, attempt.again()).await.expect_err("no server answers");
                    assert!(matches!(Class::of(&error), Class::Connection | Class::PoolTimeout), "{error:?}");
                }
            });
        }
        tasks.join_all().await;
        attempt.made()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn is_not_multiplied_by_retries() {
        let (mut server, database, options) = on_its_own().await;
        let pool = database.pool(options.acquire_timeout(Duration::from_millis(100)));
        server.kill().await;
        // A load balancer without a server behind it also accepts and closes connections.
        let hangs_up = tokio::net::TcpListener::bind(server.address()).await.expect("the server has gone");
        let hangs_up = tokio::spawn(async move { while hangs_up.accept().await.is_ok() {} });
        let calls = TASKS * CALLS;
        let default = RetryBudget::of(&pool);
        let most = calls + default.capacity() as usize;
        let budgeted = attempts_of_calls_that_fail(&pool, default.clone()).await;
        let unbounded = attempts_of_calls_that_fail(&pool, RetryBudget::new(u32::MAX)).await;
        println!("{}: {calls} calls made {budgeted} attempts, without a budget {unbounded}", <DB as sqlx::Database>::NAME);
        assert!(budgeted <= most && budgeted < unbounded, "{budgeted} attempts, {unbounded} without a budget");
        hangs_up.abort();
        drop(hangs_up.await);
        server.start_again().await;
        nothing(&pool, Attempt::default()).await.expect("the server is back");
        assert_eq!(default.available(), 0, "one call that needs no retry does not fill it");
    }
}
