//! MariaDB or MySQL: a database on the server. All connections to it are killed before it is
//! dropped.

use std::net::SocketAddr;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, Connection as _, MySql, Row as _};

use super::{ConnectOptions, Server, TestDatabase, finish, resolve, unique_name, url};

/// Drops the database, unless its server is dropped with it.
#[derive(Debug)]
pub struct Home {
    admin: MySqlConnectOptions,
    name: String,
    dropped: bool,
}

/// Creates an empty database on the server at `base`.
pub(super) async fn create_at(base: &str, dropped: bool) -> (Home, MySqlConnectOptions, String) {
    let admin: MySqlConnectOptions = base.parse().expect("it is the URL of a server");
    let name = unique_name();
    let mut connection = MySqlConnection::connect_with(&admin)
        .await
        .expect("the server takes connections");
    MySql::run(&mut connection, format!("CREATE DATABASE {name}"))
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

impl TestDatabase<MySql> {
    /// A connection to another database of the same server, to query `information_schema` from
    /// outside.
    pub async fn admin(&self) -> MySqlConnection {
        MySqlConnection::connect_with(&self.home.admin)
            .await
            .expect("the server takes connections")
    }
}

impl TestDatabase<MySql> {
    /// Ends every connection to this database on the server. The clients do not know it yet.
    pub async fn terminate_all(&self) {
        let mut admin = self.admin().await;
        loop {
            let connected = connected(&mut admin, &self.home.name)
                .await
                .expect("the catalogue can be read");
            if connected.is_empty() {
                return;
            }
            kill(&mut admin, connected).await;
        }
    }
}

/// The threads of `---TRANSACTION 2182, ACTIVE 1 sec` and the lines that follow it:
/// `MariaDB thread id 2813, OS thread handle ..`.
fn threads_in_a_transaction(status: &str) -> Vec<u64> {
    let active = status
        .split("---TRANSACTION ")
        .skip(1)
        .filter(|transaction| {
            transaction
                .lines()
                .next()
                .is_some_and(|line| line.contains("ACTIVE"))
        });
    let threads = active.filter_map(|transaction| {
        transaction
            .split_once(" thread id ")?
            .1
            .split(',')
            .next()?
            .parse()
            .ok()
    });
    threads.collect()
}

/// The connections to the database `name`.
async fn connected(admin: &mut MySqlConnection, name: &str) -> Result<Vec<i64>, sqlx::Error> {
    let sql = "SELECT id FROM information_schema.processlist WHERE db = ?";
    sqlx::query_scalar(sql).bind(name).fetch_all(admin).await
}

async fn kill(admin: &mut MySqlConnection, connected: Vec<i64>) {
    for id in connected {
        // The connection may already have ended.
        MySql::run(admin, format!("KILL {id}")).await.ok();
    }
}

impl Server for MySql {
    type Home = Home;

    async fn create() -> (Home, ConnectOptions<Self>, String) {
        create_at(&url("TEST_MYSQL_URL"), true).await
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

    async fn run(connection: &mut MySqlConnection, sql: String) -> Result<u64, sqlx::Error> {
        Ok(sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(connection)
            .await?
            .rows_affected())
    }

    async fn integer(connection: &mut MySqlConnection, sql: String) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(connection)
            .await
    }

    async fn probe(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
        // SET TRANSACTION is refused inside a transaction (1568). The other statements use it up,
        // so that it does not apply to the next transaction.
        Self::run(
            connection,
            "SET TRANSACTION READ WRITE; START TRANSACTION; ROLLBACK".into(),
        )
        .await?;
        Ok(())
    }

    async fn open_transactions(home: &Home) -> Vec<String> {
        let mut admin = MySqlConnection::connect_with(&home.admin)
            .await
            .expect("the server takes connections");
        // Not information_schema.innodb_trx: that is a cached copy, which is not refreshed while it
        // is queried ten times a second.
        let status = sqlx::raw_sql("SHOW ENGINE INNODB STATUS")
            .fetch_one(&mut admin)
            .await
            .expect("the tests' user may look");
        let status: String = status.try_get("Status").expect("the status is a text");
        let sql = "SELECT id, CONCAT(id, ' ', command, ': ', COALESCE(info, '')) FROM information_schema.processlist WHERE db = ?";
        let threads: Vec<(u64, String)> = {
            let rows = sqlx::query(sql)
                .bind(&home.name)
                .fetch_all(&mut admin)
                .await
                .expect("the catalogue can be read");
            rows.iter()
                .map(|row| (row.get_unchecked(0), row.get_unchecked(1)))
                .collect()
        };
        let open = threads_in_a_transaction(&status);
        threads
            .into_iter()
            .filter(|(thread, _)| open.contains(thread))
            .map(|(_, line)| line)
            .collect()
    }

    async fn lock(
        connection: &mut MySqlConnection,
        row: &str,
        within: Duration,
    ) -> Result<(), sqlx::Error> {
        let limit = within.as_secs().max(1);
        Self::run(
            connection,
            format!("SET SESSION innodb_lock_wait_timeout = {limit}; START TRANSACTION"),
        )
        .await?;
        let locked = Self::run(connection, format!("SELECT 1 FROM {row} FOR UPDATE")).await;
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
            let mut connection = MySqlConnection::connect_with(&admin).await?;
            let connected = connected(&mut connection, &name).await?;
            kill(&mut connection, connected).await;
            MySql::run(&mut connection, format!("DROP DATABASE IF EXISTS {name}")).await?;
            connection.close().await
        });
    }
}
