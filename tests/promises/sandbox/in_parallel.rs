//! Many tests of the application in parallel, in several rounds, each in a sandbox of its own.
//! `just sandbox 200` runs 200 rounds.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sqlx::{Pool, Sqlite};
use sqlx_transactional::{Class, ReadCommitted, Sandbox};
use tests::servers::memory_pool;

use super::{
    application::Sql,
    sandbox_on,
    tables::{Tables, with_tables},
    whole_application::{leaves_nothing, passes},
};
use crate::bank::{BankError, options};

const AT_ONCE: usize = 8;

/// Runs `test` eight times in parallel in each round. `SANDBOX_ROUNDS` is the number of rounds, by
/// default 5. Each test gets a unique name.
async fn rounds_of<T: Future<Output = ()> + Send + 'static>(test: impl Fn(String) -> T) {
    let rounds = std::env::var("SANDBOX_ROUNDS").map_or(5, |rounds| {
        rounds.parse().expect("SANDBOX_ROUNDS is a number")
    });
    for round in 0..rounds {
        let began = Instant::now();
        let tests: Vec<_> = (0..AT_ONCE)
            .map(|number| tokio::spawn(test(format!("r{round}t{number}"))))
            .collect();
        for test in join_all(tests).await {
            test.expect("it passes");
        }
        println!("round {round}: {:?}", began.elapsed());
    }
}

/// READ COMMITTED takes no gap locks on MySQL. At MySQL's default level, parallel tests would
/// deadlock.
async fn in_a_sandbox_on<DB: Tables + Sql>(pool: Pool<DB>, test: String) {
    let sandbox = Sandbox::open_in::<ReadCommitted>(&pool)
        .await
        .expect("a sandbox is opened");
    passes::<DB, DB>(sandbox, &test).await;
}

on! {
    [postgres mysql]

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn eight_on_one_database() {
        let database = with_tables::<DB>().await;
        let pool = database.pool(options(16));
        leaves_nothing(&database, async || rounds_of(|test| in_a_sandbox_on(pool.clone(), test)).await).await;
    }

    /// The second writer of the same key waits until the first sandbox ends, or until its lock
    /// timeout.
    #[tokio::test]
    async fn two_with_the_same_key() {
        let database = with_tables::<DB>().await;
        let pool = database.pool(options(4));
        let (first, second) = (sandbox_on(&pool).await, sandbox_on(&pool).await);
        write_key(&first.db()).await.expect("no other sandbox has it");
        let impatient = second.db().with_lock_timeout(Duration::from_secs(1));
        let Err(BankError::Database(waited)) = write_key(&impatient).await else { panic!("the first one has it") };
        assert_eq!(Class::of(&waited), Class::LockTimeout);
        first.close().await.expect("nothing escaped");
        write_key(&impatient).await.expect("the first sandbox has ended");
        second.close().await.expect("nothing escaped");
    }

    #[sqlx_transactional::transactional]
    async fn write_key(session: &mut sqlx_transactional::Session<DB>) -> Result<(), BankError> {
        sqlx::query("INSERT INTO labels VALUES ('the same', 'title')").execute(session).await?;
        Ok(())
    }
}

/// The sandboxes run one after the other, because there is one writer. Each waits for the write
/// lock when it is opened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_on_one_file() {
    let database = with_tables::<Sqlite>().await;
    let patient = database.options().busy_timeout(Duration::from_mins(10));
    let pool: Pool<Sqlite> = options(16)
        .acquire_timeout(Duration::from_mins(10))
        .connect_lazy_with(patient);
    leaves_nothing(&database, async || {
        rounds_of(|test| in_a_sandbox_on(pool.clone(), test)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_in_memory() {
    rounds_of(|_| async {
        let pool = memory_pool();
        sqlx::raw_sql(Sqlite::CREATE)
            .execute(&pool)
            .await
            .expect("tables are made");
        in_a_sandbox_on(pool.clone(), "same".to_owned()).await;
        let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users")
            .fetch_one(&pool)
            .await
            .expect("the pool works without the sandbox");
        assert_eq!(left, 0);
    })
    .await;
}
