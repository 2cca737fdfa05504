//! Many writers on one SQLite file: through a `Db`, and through pools by hand.
//! `sqlite_writers [WRITERS] [WRITES] [ROUNDS]`
//!
//! Each writer reads a row and then writes a value that it computes from it. In each round every
//! contestant has a fresh file, and the contestants take turns.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use sqlx::{
    Sqlite, SqlitePool,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sqlx_transactional::{Db, DbOptions, ReadOnly, Session, transactional};
use tokio::task::JoinSet;

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

const SELECT: &str = "SELECT n FROM counter WHERE id = 1";
const UPDATE: &str = "UPDATE counter SET n = ? WHERE id = 1";
const TABLE: &str = "CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL); INSERT INTO counter VALUES (1, 0)";

#[tokio::main]
async fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .map(|word| word.parse().expect("three numbers"))
        .collect();
    let [writers, each, rounds] = [(0, 32), (1, 100), (2, 5)]
        .map(|(place, usual)| numbers.get(place).copied().unwrap_or(usual));

    println!("{writers} writers, {each} writes each, {rounds} rounds");
    print(
        Load {
            writers,
            readers: 0,
            writes: each,
        },
        rounds,
    )
    .await;
    println!(
        "{writers} writers, {each} writes each, and 8 readers for as long as they write, {rounds} rounds"
    );
    print(
        Load {
            writers,
            readers: 8,
            writes: each,
        },
        rounds,
    )
    .await;
}

async fn print(load: Load, rounds: usize) {
    let mut totals = Way::ALL.map(|way| (way, Tally::default()));
    for _ in 0..rounds {
        for (way, total) in &mut totals {
            let directory = tempfile::tempdir().expect("a directory");
            total.add(
                load.run(Contestant::open(*way, &directory.path().join("bench.db")).await)
                    .await,
            );
        }
    }
    for (way, total) in totals {
        println!("  {:44} {total}", way.name());
    }
}

/// How the file is opened, and how a transaction begins.
#[derive(Clone, Copy)]
enum Way {
    Db,
    /// sqlx's defaults, and `pool.begin()`.
    Default,
    /// The same, with the file set up as a `Db` does.
    Wal,
    /// The same, with BEGIN IMMEDIATE.
    Immediate,
}

impl Way {
    const ALL: [Self; 4] = [Self::Db, Self::Default, Self::Wal, Self::Immediate];

    fn name(self) -> &'static str {
        match self {
            Self::Db => "a `Db`",
            Self::Default => "sqlx's default pool, `begin()`",
            Self::Wal => "a pool with WAL, `begin()`",
            Self::Immediate => "a pool with WAL, `begin_with(IMMEDIATE)`",
        }
    }
}

#[derive(Clone)]
enum Contestant {
    Db(Db<Sqlite>),
    Pool(SqlitePool, &'static str),
}

impl Contestant {
    async fn open(way: Way, file: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        let wal = options
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let contestant = match way {
            Way::Db => Self::Db(DbOptions::from(options).connect().await.expect("the file")),
            Way::Default => Self::Pool(
                PoolOptions::new()
                    .connect_with(options)
                    .await
                    .expect("the file"),
                "BEGIN",
            ),
            Way::Wal => Self::Pool(
                PoolOptions::new()
                    .connect_with(wal)
                    .await
                    .expect("the file"),
                "BEGIN",
            ),
            Way::Immediate => Self::Pool(
                PoolOptions::new()
                    .connect_with(wal)
                    .await
                    .expect("the file"),
                "BEGIN IMMEDIATE",
            ),
        };
        sqlx::raw_sql(TABLE)
            .execute(contestant.pool())
            .await
            .expect("a table");
        contestant
    }

    fn pool(&self) -> &SqlitePool {
        match self {
            Self::Db(db) => db.pool(),
            Self::Pool(pool, _) => pool,
        }
    }

    async fn write(&self) -> Result {
        match self {
            Self::Db(db) => add_one(db).await,
            Self::Pool(pool, begin) => {
                let mut transaction = pool.begin_with(*begin).await?;
                let n: i64 = sqlx::query_scalar(SELECT)
                    .fetch_one(&mut *transaction)
                    .await?;
                sqlx::query(UPDATE)
                    .bind(n + 1)
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await
            }
        }
    }

    async fn read(&self) -> Result<i64> {
        match self {
            Self::Db(db) => look(db).await,
            Self::Pool(pool, _) => {
                let mut transaction = pool.begin().await?;
                let n = sqlx::query_scalar(SELECT)
                    .fetch_one(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                Ok(n)
            }
        }
    }
}

#[transactional]
async fn add_one(session: &mut Session<Sqlite>) -> Result {
    let n: i64 = sqlx::query_scalar(SELECT).fetch_one(&mut *session).await?;
    sqlx::query(UPDATE)
        .bind(n + 1)
        .execute(session)
        .await
        .map(drop)
}

#[transactional]
async fn look(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64> {
    sqlx::query_scalar(SELECT).fetch_one(session).await
}

#[derive(Clone, Copy)]
struct Load {
    writers: usize,
    readers: usize,
    writes: usize,
}

impl Load {
    async fn run(self, contestant: Contestant) -> Tally {
        let (mut writing, mut reading) = (JoinSet::new(), JoinSet::new());
        let (over, read, not_read) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicUsize::new(0)),
        );
        let start = Instant::now();
        for _ in 0..self.writers {
            let contestant = contestant.clone();
            writing.spawn(async move {
                let mut tally = Tally::default();
                for _ in 0..self.writes {
                    let start = Instant::now();
                    match contestant.write().await {
                        Ok(()) => tally.written.push(start.elapsed()),
                        Err(_) => tally.failed += 1,
                    }
                }
                tally
            });
        }
        for _ in 0..self.readers {
            let (contestant, over, read, not_read) = (
                contestant.clone(),
                Arc::clone(&over),
                Arc::clone(&read),
                Arc::clone(&not_read),
            );
            reading.spawn(async move {
                while !over.load(Relaxed) {
                    if contestant.read().await.is_ok() {
                        &read
                    } else {
                        &not_read
                    }
                    .fetch_add(1, Relaxed);
                }
            });
        }
        let mut tally = Tally::default();
        for writer in writing.join_all().await {
            tally.add(writer);
        }
        tally.time = start.elapsed();
        over.store(true, Relaxed);
        reading.join_all().await;
        (tally.read, tally.not_read) = (read.load(Relaxed), not_read.load(Relaxed));

        let n: i64 = sqlx::query_scalar(SELECT)
            .fetch_one(contestant.pool())
            .await
            .expect("the row is there");
        assert_eq!(
            usize::try_from(n),
            Ok(tally.written.len()),
            "what was answered with Ok is stored, and nothing else"
        );
        contestant.pool().close().await;
        tally
    }
}

/// How the calls ended.
#[derive(Default)]
struct Tally {
    time: Duration,
    /// How long each successful call took.
    written: Vec<Duration>,
    failed: usize,
    read: usize,
    not_read: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.time += other.time;
        self.written.extend(other.written);
        self.failed += other.failed;
        self.read += other.read;
        self.not_read += other.not_read;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.written.clone();
        sorted.sort_unstable();
        let at = |percent: usize| {
            sorted
                .get((sorted.len().saturating_sub(1)) * percent / 100)
                .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
        };
        let (p50, p99, max) = (at(50), at(99), at(100));
        let per_second = |count: usize| {
            u64::try_from(count)
                .unwrap_or(u64::MAX)
                .saturating_mul(1000)
                / u64::try_from(self.time.as_millis().max(1)).unwrap_or(1)
        };
        write!(
            f,
            "{:5} failed of {:5}, {:6}/s, p50 {p50:7.1} ms, p99 {p99:7.1} ms, max {max:7.1} ms",
            self.failed,
            self.failed + sorted.len(),
            per_second(sorted.len())
        )?;
        if self.read + self.not_read > 0 {
            write!(
                f,
                ", reads {:6}/s, {} failed",
                per_second(self.read),
                self.not_read
            )?;
        }
        Ok(())
    }
}
