//! SQLite: a file in write-ahead mode in a directory of its own, or a database in memory.

use std::net::SocketAddr;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
};
use sqlx::{AssertSqlSafe, Sqlite};
use tempfile::TempDir;

use super::{ConnectOptions, Server};

/// A pool of one connection to a private database in memory, which lives as long as the connection.
#[must_use]
pub fn memory_pool() -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(SqliteConnectOptions::new().filename(":memory:"))
}

impl Server for Sqlite {
    /// Removes the file.
    type Home = TempDir;

    async fn create() -> (TempDir, ConnectOptions<Self>, String) {
        let directory = TempDir::new().expect("the temporary directory can be written to");
        let file = directory.path().join("test.db");
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        (directory, options, url)
    }

    fn address(_: &TempDir) -> SocketAddr {
        panic!("SQLite has no address")
    }

    fn at(_: &ConnectOptions<Self>, _: SocketAddr) -> ConnectOptions<Self> {
        panic!("SQLite has no address")
    }

    async fn run(connection: &mut SqliteConnection, sql: String) -> Result<u64, sqlx::Error> {
        Ok(sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(connection)
            .await?
            .rows_affected())
    }

    async fn integer(connection: &mut SqliteConnection, sql: String) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(connection)
            .await
    }

    async fn probe(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        // "cannot start a transaction within a transaction"
        Self::run(connection, "BEGIN; ROLLBACK".into()).await?;
        Ok(())
    }

    /// SQLite has no server that could be asked. The check of each pooled connection takes its
    /// place.
    async fn open_transactions(_: &TempDir) -> Vec<String> {
        Vec::new()
    }

    async fn lock(
        connection: &mut SqliteConnection,
        _: &str,
        within: Duration,
    ) -> Result<(), sqlx::Error> {
        let limit = within.as_millis();
        Self::run(
            connection,
            format!("PRAGMA busy_timeout = {limit}; BEGIN IMMEDIATE; ROLLBACK"),
        )
        .await?;
        Ok(())
    }
}
