//! `Any`: the URL chooses the database at run time. The same functions keep every promise with the
//! SQL, the error codes and the statement checks of the database behind it.

/// Makes each of these functions a test on each database.
macro_rules! on_each_url {
    ($($test:ident)*) => {$(
        mod $test {
            #[tokio::test]
            async fn on_postgres() {
                super::$test::<sqlx::Postgres>().await;
            }

            #[tokio::test]
            async fn on_mysql() {
                super::$test::<sqlx::MySql>().await;
            }

            #[tokio::test]
            async fn on_sqlite() {
                super::$test::<sqlx::Sqlite>().await;
            }
        }
    )*};
}

mod faults;
mod opening;
mod outcomes;
mod retries;

use sqlx::{Any, AssertSqlSafe, Pool, pool::PoolOptions};
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};
use tests::checks::{PROMISED, none_open_on_the_server, row_lockable_within};
use tests::servers::{Server, TestDatabase};

use crate::bank::BankError;

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

const ROW: &str = "accounts WHERE id = 1";

async fn open<DB: Server>(connections: u32) -> (TestDatabase<DB>, Pool<Any>) {
    sqlx::any::install_default_drivers();
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = PoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false);
    let pool = pool.connect_lazy(database.url()).expect("a URL");
    (database, pool)
}

/// No open transaction, no lock, every permit is back, and every connection works.
async fn all_is_well<DB: Server>(database: &TestDatabase<DB>, pool: &Pool<Any>) {
    row_lockable_within(database, ROW, PROMISED).await;
    let mut taken = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        let acquired = tokio::time::timeout(PROMISED, pool.acquire()).await;
        let mut connection = acquired
            .expect("every permit is back")
            .expect("and every connection works");
        let outside = match connection.backend_name() {
            "PostgreSQL" => {
                "SET TRANSACTION READ WRITE; SELECT 1/(xact_start = query_start)::int FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            }
            "MySQL" => "SET TRANSACTION READ WRITE; START TRANSACTION; ROLLBACK",
            _ => "BEGIN; ROLLBACK",
        };
        sqlx::raw_sql(outside)
            .execute(&mut *connection)
            .await
            .expect("outside of a transaction");
        taken.push(connection);
    }
    drop(taken);
    none_open_on_the_server(database).await;
}

#[transactional]
async fn add(session: &mut Session<Any>, account: i64, cents: i64) -> Result<i64, BankError> {
    let update = format!("UPDATE accounts SET cents = cents + {cents} WHERE id = {account}");
    sqlx::query(AssertSqlSafe(update))
        .execute(&mut *session)
        .await?;
    let left = format!("SELECT cents FROM accounts WHERE id = {account}");
    let left = sqlx::query_scalar(AssertSqlSafe(left))
        .fetch_one(session)
        .await?;
    if left < 0 {
        Err(BankError::Overdraft)
    } else {
        Ok(left)
    }
}

#[transactional]
async fn transfer(
    session: &mut Session<Any>,
    from: i64,
    to: i64,
    cents: i64,
) -> Result<(), BankError> {
    add(&mut *session, from, -cents).await?;
    add(session, to, cents).await?;
    Ok(())
}

#[transactional]
async fn total(session: &mut Session<Any, ReadOnly>) -> Result<i64, sqlx::Error> {
    let total = "SELECT (SELECT cents FROM accounts WHERE id = 1) + (SELECT cents FROM accounts WHERE id = 2)";
    sqlx::query_scalar(total).fetch_one(session).await
}

#[transactional]
async fn audited(session: &mut Session<Any, ReadOnly<Serializable>>) -> Result<i64, sqlx::Error> {
    total(session).await
}
