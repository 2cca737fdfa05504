//! What a call costs, as a ratio to the same work with sqlx by hand. `overhead [ROUNDS] [WORKERS]`: without workers, on one thread.
//!
//! On `SQLite` in memory and in a file; on `PostgreSQL` and `MariaDB` if `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` are set.

use benches::{Cost, Table};
use sqlx::{Pool, pool::PoolOptions};
use sqlx_transactional::{Driver, MYSQL_LEDGER, ReadOnly, Session, retry_on_error, transactional};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

/// Statements in a transaction, where their number is what is looked at.
const MANY: i64 = 10;

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).map(|word| word.parse().expect("ROUNDS and WORKERS are numbers")).collect();
    let rounds = numbers.first().copied().unwrap_or(200);
    let mut builder = match numbers.get(1) {
        None => tokio::runtime::Builder::new_current_thread(),
        Some(_) => tokio::runtime::Builder::new_multi_thread(),
    };
    if let Some(workers) = numbers.get(1) {
        builder.worker_threads(*workers);
    }
    let runtime = builder.enable_all().build().expect("a runtime");
    // A task, so that it runs where the runtime's workers are.
    runtime.block_on(async move { tokio::spawn(everything(rounds)).await.expect("nothing panics") });
}

async fn everything(rounds: usize) {
    println!("sqlite in memory");
    sqlite::compare("sqlite::memory:", 1, rounds).await;
    let directory = tempfile::tempdir().expect("a directory");
    println!("sqlite, a file");
    sqlite::compare(&format!("sqlite://{}?mode=rwc", directory.path().join("bench.db").display()), 4, rounds).await;
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

/// As `Db::connect` opens it, pinging or not.
async fn pool<DB: Driver>(pool: &Pool<DB>, connections: u32, pings: bool) -> Pool<DB> {
    let options = PoolOptions::new().max_connections(connections).idle_timeout(None).max_lifetime(None);
    options.test_before_acquire(pings).connect_with((*pool.connect_options()).clone()).await.expect("the database is there")
}

fn print(title: &str, costs: &[Cost]) {
    println!("  {title}");
    for Cost { name, time, ratio, between: (low, high) } in costs {
        let microseconds = time.as_secs_f64() * 1e6;
        println!("    {name:42} {ratio:5.2}  ({low:.2} to {high:.2})  {microseconds:7.1} us");
    }
}

/// Calls of `name(&pool, arguments..)`, one after the other.
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
    ($module:ident, $db:ty, begin $begin:literal, $select:literal, $update:literal) => {
        mod $module {
            use sqlx_transactional::Db;

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

            pub(crate) async fn compare(url: &str, connections: u32, rounds: usize) {
                let db = Db::<$db>::connect(url).await.expect("the database is there");
                let ours = pool(db.pool(), connections, false).await;
                let default = pool(db.pool(), connections, true).await;
                for pool in [&ours, &default] {
                    let create = "CREATE TABLE IF NOT EXISTS sqlx_transactional_bench (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL)";
                    sqlx::query(create).execute(pool).await.expect("a table");
                    sqlx::query("DELETE FROM sqlx_transactional_bench").execute(pool).await.expect("no rows");
                    let insert = "INSERT INTO sqlx_transactional_bench VALUES (1, 1000), (2, 1000)";
                    sqlx::query(insert).execute(pool).await.expect("two rows");
                }
                if <$db as sqlx::Database>::NAME == "MySQL" {
                    sqlx::raw_sql(MYSQL_LEDGER).execute(&ours).await.expect("a ledger");
                }
                let handle = Db::from(ours.clone());
                let costs = Table::default()
                    .case("by hand, without ping", calls!(ours, by_hand(1)))
                    .case("by hand, the same again", calls!(ours, by_hand(1)))
                    .case("through us", calls!(ours, read(1)))
                    .case("through us, on a `Db`", calls!(handle, read(1)))
                    .case("by hand, sqlx's default pool", calls!(default, by_hand(1)))
                    .case("through us, read-only", calls!(ours, read_only(1)))
                    .case("through us, timeout and lock_timeout", calls!(ours, read_with_options(1)))
                    .case("through us, with a hook", calls!(ours, hooked(1)));
                print("one SELECT", &costs.run(rounds).await);
                let costs = Table::default()
                    .case("by hand, without ping", calls!(ours, write_by_hand(1)))
                    .case("through us", calls!(ours, write(1)))
                    .case("through us, retry_on_error", calls!(ours, write_retried(1)))
                    .case("through us, exactly_once", calls!(ours, write_exactly_once(1)))
                    .case("by hand, sqlx's default pool", calls!(default, write_by_hand(1)));
                print("one UPDATE", &costs.run(rounds).await);
                let costs = Table::default()
                    .case("by hand, without ping", calls!(ours, many_by_hand()))
                    .case("through us", calls!(ours, many()))
                    .case("through us, each in a joined call", calls!(ours, many_joined()));
                print("ten SELECTs", &costs.run(rounds).await);
                let costs = Table::default()
                    .case("by hand, without ping", calls!(ours, many_nested_by_hand()))
                    .case("through us", calls!(ours, many_nested()));
                print("ten savepoints, each with a SELECT", &costs.run(rounds).await);
                sqlx::query("DROP TABLE sqlx_transactional_bench").execute(&ours).await.expect("the table goes");
            }
        }
    };
}
// IMMEDIATE is what we begin with.
database!(
    sqlite,
    sqlx::Sqlite,
    begin "BEGIN IMMEDIATE",
    "SELECT cents FROM sqlx_transactional_bench WHERE id = ?",
    "UPDATE sqlx_transactional_bench SET cents = cents + 1 WHERE id = ?"
);
database!(
    postgres,
    sqlx::Postgres,
    begin "BEGIN",
    "SELECT cents FROM sqlx_transactional_bench WHERE id = $1",
    "UPDATE sqlx_transactional_bench SET cents = cents + 1 WHERE id = $1"
);
database!(
    mysql,
    sqlx::MySql,
    begin "BEGIN",
    "SELECT cents FROM sqlx_transactional_bench WHERE id = ?",
    "UPDATE sqlx_transactional_bench SET cents = cents + 1 WHERE id = ?"
);
