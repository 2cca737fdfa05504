//! A database on which calls are cancelled: how it is reached, and the queries that show whether a
//! call has left something.

use sqlx::{MySql, Pool, Postgres, Sqlite, pool::PoolOptions};
use sqlx_transactional::{Driver, MYSQL_LEDGER};
use tests::{
    proxy::Proxy,
    servers::{Server, TestDatabase},
};

use crate::bank::options;

/// The connections that a call needs, and one more.
const CONNECTIONS: u32 = 2;

/// At least one idle connection. Such a pool needs a runtime when it loses a connection.
fn pool_options<DB: Subject>() -> PoolOptions<DB> {
    options(CONNECTIONS).min_connections(1)
}

pub(super) trait Subject: Server + Driver {
    /// A query for the number of settings of a connection that are changed: those that the crate
    /// sets, and those of a transaction.
    const CHANGED: &'static str;
    /// A query for the number of other connections to this database.
    const OTHERS: &'static str;

    /// A pool. If there is a network, answers arrive in pieces, so that a call is also cancelled in
    /// the middle of a message.
    fn reach(database: &TestDatabase<Self>) -> (Option<Proxy>, Pool<Self>);

    /// Ends all connections, so that a leak does not disturb the next call.
    async fn end_all(database: &TestDatabase<Self>);
}

/// Two accounts with enough money, and the ledger if the database needs one.
pub(super) async fn open<DB: Subject>() -> TestDatabase<DB> {
    let database = TestDatabase::with_accounts().await;
    database.run("UPDATE accounts SET cents = 1000000").await;
    if DB::NAME == "MySQL" {
        database.run(MYSQL_LEDGER).await;
    }
    database
}

fn through_a_proxy<DB: Subject>(
    database: &TestDatabase<DB>,
    proxy: Proxy,
) -> (Option<Proxy>, Pool<DB>) {
    // The answer to BEGIN arrives in three or four pieces, the answer to a statement in two.
    proxy.split(24..=40);
    let pool = database.pool_through(&proxy, pool_options());
    (Some(proxy), pool)
}

impl Subject for Postgres {
    const CHANGED: &'static str = "SELECT count(*) FROM pg_settings WHERE source = 'session'";
    const OTHERS: &'static str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    fn reach(database: &TestDatabase<Self>) -> (Option<Proxy>, Pool<Self>) {
        through_a_proxy(database, Proxy::postgres(database.address()))
    }

    async fn end_all(database: &TestDatabase<Self>) {
        database.terminate_all().await;
    }
}

impl Subject for MySql {
    const CHANGED: &'static str = "SELECT CAST((@@SESSION.innodb_lock_wait_timeout <> @@GLOBAL.innodb_lock_wait_timeout)
            + (@@SESSION.lock_wait_timeout <> @@GLOBAL.lock_wait_timeout) + (@@SESSION.max_statement_time <> @@GLOBAL.max_statement_time)
            + (@@SESSION.tx_isolation <> @@GLOBAL.tx_isolation) + (@@SESSION.tx_read_only <> @@GLOBAL.tx_read_only)
            + (@@SESSION.autocommit <> @@GLOBAL.autocommit) AS SIGNED)";
    const OTHERS: &'static str = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";

    fn reach(database: &TestDatabase<Self>) -> (Option<Proxy>, Pool<Self>) {
        through_a_proxy(database, Proxy::mysql(database.address()))
    }

    async fn end_all(database: &TestDatabase<Self>) {
        database.terminate_all().await;
    }
}

impl Subject for Sqlite {
    /// sqlx sets 5 seconds.
    const CHANGED: &'static str = "SELECT (SELECT query_only FROM pragma_query_only) + ((SELECT timeout FROM pragma_busy_timeout) <> 5000)";
    /// SQLite has no server that could be asked.
    const OTHERS: &'static str = "SELECT 0";

    fn reach(database: &TestDatabase<Self>) -> (Option<Proxy>, Pool<Self>) {
        (None, database.pool(pool_options()))
    }

    async fn end_all(_: &TestDatabase<Self>) {}
}
