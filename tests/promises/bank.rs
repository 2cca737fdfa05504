//! The functions that the promises are tested with: one account is debited, another one credited.

use sqlx::pool::PoolOptions;
use sqlx::{AssertSqlSafe, Pool, SqlSafeStr as _, SqlStr};
use sqlx_transactional::{Driver, transactional};
use tests::servers::{Server, TestDatabase};

/// An error type as applications have it: it converts a `sqlx::Error`, and has errors of its own.
#[derive(Debug)]
pub(crate) enum BankError {
    Database(sqlx::Error),
    Overdraft,
}

impl From<sqlx::Error> for BankError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// The text of an error of the crate, whatever it travels in.
pub(crate) fn text_of_ours(error: &(dyn std::error::Error + 'static)) -> String {
    let ours = sqlx_transactional::Error::find(error);
    ours.unwrap_or_else(|| panic!("an error of the crate: {error:?}"))
        .to_string()
}

/// Two accounts with 1000 cents each, and a pool of `connections`.
pub(crate) async fn open<DB: Server + Driver>(connections: u32) -> (TestDatabase<DB>, Pool<DB>) {
    let database = TestDatabase::with_accounts().await;
    let pool = database.pool(options(connections));
    (database, pool)
}

pub(crate) fn options<DB: sqlx::Database>(connections: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
}

/// The committed balances of both accounts, read on another connection.
pub(crate) async fn balances<DB: Server>(database: &TestDatabase<DB>) -> (i64, i64) {
    let cents = async |id| {
        database
            .integer(&format!("SELECT cents FROM accounts WHERE id = {id}"))
            .await
    };
    (cents(1).await, cents(2).await)
}

/// A text with the placeholders of `DB`: on MySQL, `$1` and `$2`, in this order, become `?`.
pub(crate) fn sql<DB: sqlx::Database>(text: &'static str) -> SqlStr {
    match DB::NAME {
        "MySQL" => AssertSqlSafe(text.replace("$1", "?").replace("$2", "?")).into_sql_str(),
        _ => SqlStr::from_static(text),
    }
}

macro_rules! functions {
    ($module:ident, $db:ty, $home:ty) => {
        pub(crate) mod $module {
            use sqlx_transactional::Session;

            use super::{BankError, sql, transactional};

            pub(crate) type DB = $db;
            /// The database behind the driver.
            pub(crate) type Home = $home;

            #[transactional]
            pub(crate) async fn add(
                session: &mut Session<$db>,
                account: i64,
                cents: i64,
            ) -> Result<i64, BankError> {
                sqlx::query(sql::<Home>(
                    "UPDATE accounts SET cents = cents + $1 WHERE id = $2",
                ))
                .bind(cents)
                .bind(account)
                .execute(&mut *session)
                .await?;
                let left =
                    sqlx::query_scalar(sql::<Home>("SELECT cents FROM accounts WHERE id = $1"));
                let left = left.bind(account).fetch_one(session).await?;
                if left < 0 {
                    Err(BankError::Overdraft)
                } else {
                    Ok(left)
                }
            }

            #[transactional]
            pub(crate) async fn transfer(
                session: &mut Session<$db>,
                from: i64,
                to: i64,
                cents: i64,
            ) -> Result<(), BankError> {
                add(&mut *session, from, -cents).await?;
                add(session, to, cents).await?;
                Ok(())
            }
        }
    };
}
functions!(postgres, sqlx::Postgres, sqlx::Postgres);
functions!(mysql, sqlx::MySql, sqlx::MySql);
functions!(sqlite, sqlx::Sqlite, sqlx::Sqlite);
functions!(any_postgres, sqlx::Any, sqlx::Postgres);
functions!(any_mysql, sqlx::Any, sqlx::MySql);
functions!(any_sqlite, sqlx::Any, sqlx::Sqlite);
