//! What a call costs, as a ratio to the same work with sqlx by hand. `overhead [ROUNDS] [WORKERS]`:
//! without WORKERS it runs on one thread.
//!
//! It measures SQLite in memory and in a file. It also measures PostgreSQL and MariaDB, if
//! `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` are set.

use std::sync::LazyLock;

use benches::{Cost, Table, Times};
use sqlx::{Pool, pool::PoolOptions};
use sqlx_transactional::{
    Db, DbOptions, Driver, MYSQL_LEDGER, ReadOnly, Session, retry_on_error, transactional,
};
use tokio::runtime::{Builder, Runtime};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

/// Statements per transaction, in the cases with many statements.
const MANY: i64 = 10;
/// How often the cases are measured, each time with fresh pools. A pool can be several times slower
/// than an identical one for as long as both exist, if its threads or its server's processes share
/// a core with other load.
const SITTINGS: usize = 8;

/// A second runtime. A `Db` that is opened in it is called from the first one.
static ELSEWHERE: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
});

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .map(|word| word.parse().expect("ROUNDS and WORKERS are numbers"))
        .collect();
    let rounds = numbers.first().copied().unwrap_or(200);
    let mut builder = match numbers.get(1) {
        None => Builder::new_current_thread(),
        Some(_) => Builder::new_multi_thread(),
    };
    if let Some(workers) = numbers.get(1) {
        builder.worker_threads(*workers);
    }
    let runtime = builder.enable_all().build().expect("a runtime");
    // Spawned, so that it runs on the workers of the runtime.
    runtime.block_on(async move {
        tokio::spawn(everything(rounds))
            .await
            .expect("nothing panics");
    });
}

async fn everything(rounds: usize) {
    println!("sqlite in memory");
    sqlite::compare("sqlite::memory:", 1, rounds).await;
    let directory = tempfile::tempdir().expect("a directory");
    println!("sqlite, a file");
    sqlite::compare(
        &format!(
            "sqlite://{}?mode=rwc",
            directory.path().join("bench.db").display()
        ),
        4,
        rounds,
    )
    .await;
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => {
            println!("postgres");
            postgres::compare(&url, 4, rounds).await;
        }
        Err(_) => println!("postgres: TEST_POSTGRES_URL is not set"),
    }
    match std::env::var("TEST_MYSQL_URL") {
        Ok(url) => {
            println!("mysql");
            mysql::compare(&url, 4, rounds).await;
        }
        Err(_) => println!("mysql: TEST_MYSQL_URL is not set"),
    }
}

/// A pool for one case, set up as that of a `Db`. All cases have the same number of connections,
/// all of them open: sqlx hands connections out in turn, so with more connections each is unused
/// for longer.
async fn pool<DB: Driver>(like: &Db<DB>, connections: u32, pings: bool) -> Pool<DB> {
    let options = PoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None);
    options
        .test_before_acquire(pings)
        .connect_with((*like.pool().connect_options()).clone())
        .await
        .expect("the database is there")
}

fn print(title: &str, costs: &[Cost]) {
    println!("  {title}");
    for Cost {
        name,
        time,
        ratio,
        between: (low, high),
    } in costs
    {
        let microseconds = time.as_secs_f64() * 1e6;
        println!("    {name:42} {ratio:5.2}  ({low:.2} to {high:.2})  {microseconds:7.1} us");
    }
}

/// A closure that calls `name(&pool, arguments..)`.
macro_rules! calls {
    ($pool:expr, $name:ident $arguments:tt) => {{
        let pool = $pool.clone();
        move || {
            let pool = pool.clone();
            async move { calls!(@ $name pool $arguments).await.map(drop).expect("nothing fails") }
        }
    }};
    (@ $name:ident $pool:ident ($($argument:literal)?)) => { $name(&$pool, $($argument)?) };
}

macro_rules! database {
    ($module:ident, $db:ty, begin $begin:literal, ours $ours:literal, $select:literal, $update:literal) => {
        mod $module {
            use super::*;

            #[transactional]
            async fn read(session: &mut Session<$db>, id: i64) -> Result<i64> {
                sqlx::query_scalar($select).bind(id).fetch_one(session).await
            }

            #[transactional]
            async fn read_only(session: &mut Session<$db, ReadOnly>, id: i64) -> Result<i64> {
                sqlx::query_scalar($select).bind(id).fetch_one(session).await
            }

            #[transactional(timeout = "5s", lock_timeout = "4s")]
            async fn read_with_options(session: &mut Session<$db>, id: i64) -> Result<i64> {
                sqlx::query_scalar($select).bind(id).fetch_one(session).await
            }

            #[transactional]
            async fn hooked(session: &mut Session<$db>, id: i64) -> Result<i64> {
                session.after_commit(async {});
                sqlx::query_scalar($select).bind(id).fetch_one(session).await
            }

            #[transactional]
            async fn write(session: &mut Session<$db>, id: i64) -> Result {
                sqlx::query($update).bind(id).execute(session).await.map(drop)
            }

            #[retry_on_error]
            #[transactional]
            async fn write_retried(session: &mut Session<$db>, id: i64) -> Result {
                sqlx::query($update).bind(id).execute(session).await.map(drop)
            }

            #[retry_on_error(exactly_once)]
            #[transactional]
            async fn write_exactly_once(session: &mut Session<$db>, id: i64) -> Result {
                sqlx::query($update).bind(id).execute(session).await.map(drop)
            }

            async fn by_hand(pool: &Pool<$db>, id: i64) -> Result<i64> {
                let mut transaction = pool.begin_with($begin).await?;
                let cents = sqlx::query_scalar($select).bind(id).fetch_one(&mut *transaction).await?;
                transaction.commit().await?;
                Ok(cents)
            }

            /// With the text of the crate's BEGIN, which also asks for the id of the connection.
            async fn by_hand_as_we_begin(pool: &Pool<$db>, id: i64) -> Result<i64> {
                let mut transaction = pool.begin_with($ours).await?;
                let cents = sqlx::query_scalar($select).bind(id).fetch_one(&mut *transaction).await?;
                transaction.commit().await?;
                Ok(cents)
            }

            async fn write_by_hand(pool: &Pool<$db>, id: i64) -> Result {
                let mut transaction = pool.begin_with($begin).await?;
                sqlx::query($update).bind(id).execute(&mut *transaction).await?;
                transaction.commit().await
            }

            async fn many_by_hand(pool: &Pool<$db>) -> Result {
                let mut transaction = pool.begin_with($begin).await?;
                for _ in 0..MANY {
                    sqlx::query_scalar::<_, i64>($select).bind(1_i64).fetch_one(&mut *transaction).await?;
                }
                transaction.commit().await
            }

            #[transactional]
            async fn many(session: &mut Session<$db>) -> Result {
                for _ in 0..MANY {
                    sqlx::query_scalar::<_, i64>($select).bind(1_i64).fetch_one(&mut *session).await?;
                }
                Ok(())
            }

            #[transactional]
            async fn many_joined(session: &mut Session<$db>) -> Result {
                for _ in 0..MANY {
                    read(&mut *session, 1).await?;
                }
                Ok(())
            }

            #[transactional(nested)]
            async fn nested(session: &mut Session<$db>, id: i64) -> Result<i64> {
                sqlx::query_scalar($select).bind(id).fetch_one(session).await
            }

            #[transactional]
            async fn many_nested(session: &mut Session<$db>) -> Result {
                for _ in 0..MANY {
                    nested(&mut *session, 1).await?;
                }
                Ok(())
            }

            async fn many_nested_by_hand(pool: &Pool<$db>) -> Result {
                let mut transaction = pool.begin_with($begin).await?;
                for _ in 0..MANY {
                    let mut savepoint = sqlx::Acquire::begin(&mut *transaction).await?;
                    sqlx::query_scalar::<_, i64>($select).bind(1_i64).fetch_one(&mut *savepoint).await?;
                    savepoint.commit().await?;
                }
                transaction.commit().await
            }

            /// Creates the table too: in memory, each database has its own.
            async fn fill(pool: &Pool<$db>) {
                let create = "CREATE TABLE IF NOT EXISTS sqlx_transactional_bench (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL)";
                sqlx::query(create).execute(pool).await.expect("a table");
                sqlx::query("DELETE FROM sqlx_transactional_bench").execute(pool).await.expect("no rows");
                let insert = "INSERT INTO sqlx_transactional_bench VALUES (1, 1000), (2, 1000)";
                sqlx::query(insert).execute(pool).await.expect("two rows");
            }

            pub(crate) async fn compare(url: &str, connections: u32, rounds: usize) {
                let mut tables = [(); 4].map(|()| Times::default());
                for _ in 0..SITTINGS {
                    for (table, times) in tables.iter_mut().zip(sit(url, connections, rounds.div_ceil(SITTINGS)).await) {
                        table.add(times);
                    }
                }
                for (title, times) in ["one SELECT", "one UPDATE", "ten SELECTs", "ten savepoints, each with a SELECT"].iter().zip(tables) {
                    print(title, &times.costs());
                }
            }

            /// One sitting, with fresh pools.
            async fn sit(url: &str, connections: u32, rounds: usize) -> [Times; 4] {
                let like = Db::<$db>::connect(url).await.expect("the database is there");
                let filled = async |pings| {
                    let pool = pool(&like, connections, pings).await;
                    fill(&pool).await;
                    pool
                };
                let ours = async || filled(false).await;
                let pool_elsewhere = ours().await;
                let elsewhere = {
                    let _inside = ELSEWHERE.enter();
                    Db::from(pool_elsewhere)
                };
                let db = DbOptions::<$db>::from_url(url)
                    .expect("a URL")
                    .pool(|pool| pool.max_connections(connections).min_connections(connections));
                let db = db.connect().await.expect("the database is there");
                fill(db.pool()).await;
                if <$db as sqlx::Database>::NAME == "MySQL" {
                    sqlx::raw_sql(MYSQL_LEDGER).execute(db.pool()).await.expect("a ledger");
                }

                let selects = Table::default()
                    .case("by hand, without ping", calls!(ours().await, by_hand(1)))
                    .case("by hand, the same again", calls!(ours().await, by_hand(1)))
                    .case("by hand, sqlx's default pool", calls!(filled(true).await, by_hand(1)))
                    .case("by hand, with our BEGIN", calls!(ours().await, by_hand_as_we_begin(1)))
                    .case("through a `Db`", calls!(db, read(1)))
                    .case("through us", calls!(ours().await, read(1)))
                    .case("through us, read-only", calls!(ours().await, read_only(1)))
                    .case("through us, timeout and lock_timeout", calls!(ours().await, read_with_options(1)))
                    .case("through us, with a hook", calls!(ours().await, hooked(1)));
                let updates = Table::default()
                    .case("by hand, without ping", calls!(ours().await, write_by_hand(1)))
                    .case("by hand, sqlx's default pool", calls!(filled(true).await, write_by_hand(1)))
                    .case("through a `Db`", calls!(db, write(1)))
                    .case("through a `Db` of another runtime", calls!(elsewhere, write(1)))
                    .case("through us", calls!(ours().await, write(1)))
                    .case("through us, retry_on_error", calls!(ours().await, write_retried(1)))
                    .case("through us, exactly_once", calls!(ours().await, write_exactly_once(1)));
                let many_selects = Table::default()
                    .case("by hand, without ping", calls!(ours().await, many_by_hand()))
                    .case("through us", calls!(ours().await, many()))
                    .case("through us, each in a joined call", calls!(ours().await, many_joined()));
                let savepoints = Table::default()
                    .case("by hand, without ping", calls!(ours().await, many_nested_by_hand()))
                    .case("through us", calls!(ours().await, many_nested()));
                let times =
                    [selects.run(rounds).await, updates.run(rounds).await, many_selects.run(rounds).await, savepoints.run(rounds).await];
                sqlx::query("DROP TABLE sqlx_transactional_bench").execute(db.pool()).await.expect("the table goes");
                times
            }
        }
    };
}
// On SQLite the crate begins with BEGIN IMMEDIATE.
database!(
    sqlite,
    sqlx::Sqlite,
    begin "BEGIN IMMEDIATE",
    ours "BEGIN IMMEDIATE",
    "SELECT cents FROM sqlx_transactional_bench WHERE id = ?",
    "UPDATE sqlx_transactional_bench SET cents = cents + 1 WHERE id = ?"
);
database!(
    postgres,
    sqlx::Postgres,
    begin "BEGIN",
    ours "BEGIN; SELECT pg_backend_pid()",
    "SELECT cents FROM sqlx_transactional_bench WHERE id = $1",
    "UPDATE sqlx_transactional_bench SET cents = cents + 1 WHERE id = $1"
);
database!(
    mysql,
    sqlx::MySql,
    begin "BEGIN",
    ours "SET TRANSACTION READ WRITE; START TRANSACTION; SELECT CONNECTION_ID()",
    "SELECT cents FROM sqlx_transactional_bench WHERE id = ?",
    "UPDATE sqlx_transactional_bench SET cents = cents + 1 WHERE id = ?"
);
