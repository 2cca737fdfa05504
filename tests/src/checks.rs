//! What has to hold after every fault: no open transaction, no lock, every permit is back, and the
//! pool serves the next call. Each check waits for up to a second, which is what the crate
//! promises, and then panics with what it found.

use std::fmt;
use std::time::{Duration, Instant};

use sqlx::Pool;
use sqlx::pool::PoolConnection;

use crate::servers::{Server, TestDatabase};

/// The longest time that a lock, connection or transaction outlives its call.
pub const PROMISED: Duration = Duration::from_secs(1);

/// All checks: no open transaction, `row` (`accounts WHERE id = 1`) can be locked, and each pooled
/// connection works.
pub async fn all_is_well<DB: Server>(database: &TestDatabase<DB>, pool: &Pool<DB>, row: &str) {
    row_lockable_within(database, row, PROMISED).await;
    no_connection_in_transaction(database, pool).await;
}

/// How long it took until `row` could be locked.
pub async fn row_lockable_within<DB: Server>(
    database: &TestDatabase<DB>,
    row: &str,
    within: Duration,
) -> Duration {
    let mut connection = database.connect().await;
    let asked = Instant::now();
    if let Err(error) = DB::lock(&mut connection, row, within).await {
        panic!(
            "{}: {row} is still locked after {within:?}: {error}",
            DB::NAME
        );
    }
    asked.elapsed()
}

/// Whether `row` stays locked for the time `within`.
pub async fn row_is_locked<DB: Server>(
    database: &TestDatabase<DB>,
    row: &str,
    within: Duration,
) -> bool {
    DB::lock(&mut database.connect().await, row, within)
        .await
        .is_err()
}

/// Every permit of the pool can be acquired, and every connection works and is outside a
/// transaction. The server has no other open transaction in this database, in the pool or outside.
pub async fn no_connection_in_transaction<DB: Server>(
    database: &TestDatabase<DB>,
    pool: &Pool<DB>,
) {
    next_call_clean(pool).await;
    none_open_on_the_server(database).await;
}

/// The server has no open transaction in this database.
pub async fn none_open_on_the_server<DB: Server>(database: &TestDatabase<DB>) {
    let asked = Instant::now();
    loop {
        let open = DB::open_transactions(&database.home).await;
        if open.is_empty() {
            return;
        }
        assert!(
            asked.elapsed() < PROMISED,
            "{}: still in a transaction: {open:#?}",
            DB::NAME
        );
        // The server does not notify when a transaction ends.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The transactions that are open in this database, as the server reports them.
pub async fn open_transactions<DB: Server>(database: &TestDatabase<DB>) -> Vec<String> {
    DB::open_transactions(&database.home).await
}

/// Takes every connection that the pool can have.
pub async fn all_permits_back<DB: sqlx::Database>(pool: &Pool<DB>) -> Vec<PoolConnection<DB>> {
    let all = pool.options().get_max_connections();
    let mut taken = Vec::new();
    for number in 1..=all {
        match tokio::time::timeout(PROMISED, pool.acquire()).await {
            Ok(Ok(connection)) => taken.push(connection),
            failed => panic!(
                "{}: connection {number} of {all} is not to be had: {}",
                DB::NAME,
                Failed(failed.map(|it| it.map(drop)))
            ),
        }
    }
    taken
}

/// Each connection of the pool works and is outside a transaction.
pub async fn next_call_clean<DB: Server>(pool: &Pool<DB>) {
    for mut connection in all_permits_back(pool).await {
        if let Err(error) = DB::probe(&mut connection).await {
            panic!(
                "{}: the pool hands out a connection that is not clean: {error}",
                DB::NAME
            );
        }
    }
}

struct Failed<T>(Result<Result<(), sqlx::Error>, T>);

impl<T> fmt::Display for Failed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(Err(error)) => error.fmt(f),
            _ => write!(f, "nothing came within {PROMISED:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use futures_util::FutureExt as _;
    use sqlx::pool::PoolOptions;

    use super::{
        PROMISED, all_is_well, next_call_clean, no_connection_in_transaction, row_is_locked,
        row_lockable_within,
    };
    use crate::servers::TestDatabase;

    const ROW: &str = "accounts WHERE id = 1";

    /// The text of the check's panic.
    async fn complaint(check: impl Future) -> String {
        let panic = AssertUnwindSafe(check)
            .catch_unwind()
            .await
            .err()
            .expect("the check finds it");
        *panic.downcast::<String>().expect("panics have a text")
    }

    macro_rules! on_each_server {
        ($($module:ident: $db:ty, $begin:literal;)*) => {$(
            mod $module {
                use super::*;

                #[tokio::test]
                async fn checks_find_nothing_where_nothing_is() {
                    let database = TestDatabase::<$db>::with_accounts().await;
                    let pool = database.pool(PoolOptions::new().max_connections(3));
                    all_is_well(&database, &pool, ROW).await;
                    assert!(!row_is_locked(&database, ROW, PROMISED).await);
                }

                #[tokio::test]
                async fn checks_find_a_pooled_connection_in_a_transaction() {
                    let database = TestDatabase::<$db>::with_accounts().await;
                    let pool = database.pool(PoolOptions::new().max_connections(3));
                    sqlx::raw_sql(concat!($begin, "; UPDATE accounts SET cents = 1")).execute(&pool).await.unwrap();
                    assert!(complaint(next_call_clean(&pool)).await.contains("not clean"));
                    assert!(complaint(row_lockable_within(&database, ROW, PROMISED)).await.contains("still locked"));
                }

                #[tokio::test]
                async fn checks_find_a_permit_that_is_not_given_back() {
                    let database = TestDatabase::<$db>::with_accounts().await;
                    let pool = database.pool(PoolOptions::new().max_connections(2));
                    let _kept = pool.acquire().await.unwrap();
                    assert!(complaint(next_call_clean(&pool)).await.contains("connection 2 of 2"));
                }
            }
        )*};
    }
    on_each_server! {
        postgres: sqlx::Postgres, "BEGIN";
        mysql: sqlx::MySql, "START TRANSACTION";
        sqlite: sqlx::Sqlite, "BEGIN";
    }

    /// SQLite has no server that could be asked about a connection outside the pool.
    #[tokio::test]
    async fn checks_find_a_transaction_outside_the_pool() {
        async fn outside<DB: crate::servers::Server>(begin: &str) {
            let database = TestDatabase::<DB>::with_accounts().await;
            let pool = database.pool(PoolOptions::new());
            let mut connection = database.connect().await;
            DB::run(
                &mut connection,
                format!("{begin}; UPDATE accounts SET cents = 1"),
            )
            .await
            .unwrap();
            assert!(
                complaint(no_connection_in_transaction(&database, &pool))
                    .await
                    .contains("still in a transaction")
            );
        }
        outside::<sqlx::Postgres>("BEGIN").await;
        outside::<sqlx::MySql>("START TRANSACTION").await;
    }
}
