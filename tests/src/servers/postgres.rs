//! PostgreSQL: a database made from `template0`. Dropping it ends all connections to it.

use std::net::SocketAddr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Postgres, Row as _};

use super::{ConnectOptions, Server, TestDatabase, finish, resolve, unique_name, url};

/// Drops the database, unless its server is dropped with it.
#[derive(Debug)]
pub struct Home {
    admin: PgConnectOptions,
    name: String,
    dropped: bool,
}

/// Creates an empty database on the server at `base`.
pub(super) async fn create_at(base: &str, dropped: bool) -> (Home, PgConnectOptions, String) {
    let admin: PgConnectOptions = base.parse().expect("it is the URL of a server");
    let name = unique_name();
    let mut connection = PgConnection::connect_with(&admin)
        .await
        .expect("the server takes connections");
    // template1 cannot be copied while a connection to it is open.
    Postgres::run(
        &mut connection,
        format!("CREATE DATABASE {name} TEMPLATE template0"),
    )
    .await
    .expect("the tests' user may create databases");
    let options = admin.clone().database(&name);
    let (server, _) = base.rsplit_once('/').expect("the URL names a database");
    let url = format!("{server}/{name}");
    (
        Home {
            admin,
            name,
            dropped,
        },
        options,
        url,
    )
}

impl TestDatabase<Postgres> {
    /// A connection to another database of the same server, to query `pg_stat_activity` and
    /// `pg_locks` from outside.
    pub async fn admin(&self) -> PgConnection {
        PgConnection::connect_with(&self.home.admin)
            .await
            .expect("the server takes connections")
    }

    /// Ends every connection to this database on the server. The clients do not know it yet.
    pub async fn terminate_all(&self) {
        let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";
        let ended = sqlx::query(sql)
            .bind(&self.home.name)
            .fetch_all(&mut self.admin().await)
            .await;
        ended.expect("the tests' user may end its connections");
    }
}

impl Server for Postgres {
    type Home = Home;

    async fn create() -> (Home, ConnectOptions<Self>, String) {
        create_at(&url("TEST_POSTGRES_URL"), true).await
    }

    fn address(home: &Home) -> SocketAddr {
        resolve(home.admin.get_host(), home.admin.get_port())
    }

    fn at(options: &ConnectOptions<Self>, address: SocketAddr) -> ConnectOptions<Self> {
        options
            .clone()
            .host(&address.ip().to_string())
            .port(address.port())
    }

    async fn run(connection: &mut PgConnection, sql: String) -> Result<u64, sqlx::Error> {
        Ok(sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(connection)
            .await?
            .rows_affected())
    }

    async fn integer(connection: &mut PgConnection, sql: String) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(connection)
            .await
    }

    async fn probe(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        // Outside a transaction block, the transaction of a statement starts with the statement.
        let sql = "SELECT xact_start = query_start FROM pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()";
        let outside: bool = sqlx::raw_sql(sql).fetch_one(connection).await?.try_get(0)?;
        if outside {
            Ok(())
        } else {
            Err(sqlx::Error::Protocol(
                "the connection is in a transaction".into(),
            ))
        }
    }

    async fn open_transactions(home: &Home) -> Vec<String> {
        let mut admin = PgConnection::connect_with(&home.admin)
            .await
            .expect("the server takes connections");
        let sql = "SELECT format('%s %s: %s', pid, state, query) FROM pg_stat_activity
                    WHERE datname = $1 AND xact_start IS NOT NULL";
        sqlx::query_scalar(sql)
            .bind(&home.name)
            .fetch_all(&mut admin)
            .await
            .expect("the catalogue can be read")
    }

    async fn lock(
        connection: &mut PgConnection,
        row: &str,
        within: Duration,
    ) -> Result<(), sqlx::Error> {
        let limit = within.as_millis();
        let locked = Self::run(
            connection,
            format!("BEGIN; SET LOCAL lock_timeout = {limit}; SELECT 1 FROM {row} FOR UPDATE"),
        )
        .await;
        Self::run(connection, "ROLLBACK".into()).await?;
        locked.map(|_| ())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.dropped {
            return;
        }
        let (admin, name) = (self.admin.clone(), std::mem::take(&mut self.name));
        finish(move || async move {
            let mut connection = PgConnection::connect_with(&admin).await?;
            Postgres::run(
                &mut connection,
                format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            )
            .await?;
            connection.close().await
        });
    }
}
