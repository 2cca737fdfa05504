//! H39, SQLite: a cancelled `BEGIN IMMEDIATE` continues to wait for the write lock until the busy
//! timeout ends. Until then its connection cannot be used, not even to read.

use std::time::{Duration, Instant};

use sqlx::sqlite::SqlitePool;
use sqlx::{Connection as _, Executor as _, Sqlite, SqliteConnection};
use sqlx_transactional::{Class, Session, transactional};
use tests::checks::{PROMISED, all_is_well};
use tests::explorer::{Cut, When, every_poll};
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{DEBIT, ROW, cents, options};

/// sqlx's default busy timeout.
const BUSY: Duration = Duration::from_secs(5);

/// Holds the write lock until it is dropped. SQLite's readers do not need that lock.
async fn writer(database: &TestDatabase<Sqlite>) -> SqliteConnection {
    let mut writer = database.connect().await;
    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    writer
}

async fn read(pool: &SqlitePool) -> i64 {
    sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 1")
        .fetch_one(pool)
        .await
        .unwrap()
}

async fn busy_timeout(pool: &SqlitePool) -> i64 {
    sqlx::query_scalar("PRAGMA busy_timeout")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn by_hand() {
    for when in When::ALL {
        let database = TestDatabase::<Sqlite>::with_accounts().await;
        let pool = database.pool(options(1));
        let writer = writer(&database).await;
        let mut connection = pool.acquire().await.unwrap();
        // The first poll sends BEGIN.
        assert!(
            Cut::at(1, when)
                .apply(connection.begin_with("BEGIN IMMEDIATE"))
                .await
                .is_none()
        );
        drop(connection);
        let asked = Instant::now();
        assert!(
            timeout(PROMISED, read(&pool)).await.is_err(),
            "the hazard: it still waits"
        );
        // The next reader waits for as long as the cancelled BEGIN does.
        let reads = tokio::spawn(async move { read(&pool).await });
        writer.close().await.unwrap();
        assert_eq!(reads.await.unwrap(), 1000);
        assert!(asked.elapsed() < 2 * BUSY);
    }
}

#[transactional(timeout = "300ms")]
async fn within_a_time(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    debit(session).await
}

#[transactional(lock_timeout = "300ms")]
async fn for_a_lock(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    debit(session).await
}

/// The shorter of the two applies.
#[transactional(timeout = "300ms", lock_timeout = "1min")]
async fn with_both(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    debit(session).await
}

/// Takes 100 cents from account 1, and returns the busy timeout that applied.
#[transactional]
async fn debit(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    session.execute(DEBIT).await?;
    sqlx::query_scalar("PRAGMA busy_timeout")
        .fetch_one(session)
        .await
}

/// Calls `debit` with the given limit.
macro_rules! limited {
    ($name:expr, $pool:expr) => {
        async {
            match $name {
                "timeout" => within_a_time($pool).await,
                "lock_timeout" => for_a_lock($pool).await,
                _ => with_both($pool).await,
            }
        }
    };
}
const LIMITS: [&str; 3] = ["timeout", "lock_timeout", "both"];

/// Cancelled at each poll, while another connection holds the write lock.
#[tokio::test]
async fn through_us_cancelled() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    for limit in LIMITS {
        let writer = writer(&database).await;
        for (polls, when) in (1..=12).flat_map(|polls| When::ALL.map(|when| (polls, when))) {
            if let Some(outcome) = Cut::at(polls, when).apply(limited!(limit, &pool)).await {
                assert!(matches!(
                    Class::of(&outcome.expect_err("another connection holds the write lock")),
                    Class::Busy | Class::Timeout
                ));
            }
            timeout(PROMISED, read(&pool))
                .await
                .expect("the connection can be used");
            assert_eq!(busy_timeout(&pool).await, 5000, "{limit}, {polls} polls");
        }
        writer.close().await.unwrap();
        all_is_well(&database, &pool, ROW).await;
    }
    assert_eq!(cents(&database).await, 1000);
}

/// Runs until its limit.
#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    let writer = writer(&database).await;
    for limit in LIMITS {
        let asked = Instant::now();
        let error = limited!(limit, &pool)
            .await
            .expect_err("another connection holds the write lock");
        assert!(
            matches!(Class::of(&error), Class::Busy | Class::Timeout),
            "{error:?}"
        );
        timeout(PROMISED, read(&pool))
            .await
            .expect("the connection can be used");
        assert!(
            (Duration::from_millis(300)..BUSY).contains(&asked.elapsed()),
            "{limit}: {:?}",
            asked.elapsed()
        );
        assert_eq!(busy_timeout(&pool).await, 5000, "{limit}");
    }
    writer.close().await.unwrap();
    all_is_well(&database, &pool, ROW).await;
}

/// Settings are restored wherever the call is cancelled, also while the lock is free.
#[tokio::test]
async fn through_us_nothing_stays_on_the_connection() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let pool = database.pool(options(1));
    for (limit, expected) in LIMITS.into_iter().zip([300, 300, 300]) {
        every_poll(async |cut| {
            let outcome = cut.apply(limited!(limit, &pool)).await;
            if let Some(outcome) = &outcome {
                assert_eq!(*outcome.as_ref().expect("nothing fails"), expected);
            }
            assert_eq!(busy_timeout(&pool).await, 5000, "{limit}");
            all_is_well(&database, &pool, ROW).await;
            outcome.is_some()
        })
        .await;
    }
}
