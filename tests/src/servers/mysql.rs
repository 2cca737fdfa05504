//! MariaDB or MySQL: a database on the server, dropped after whatever is still connected to it was killed.

use std::net::SocketAddr;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{AssertSqlSafe, Connection as _, MySql};

use super::{ConnectOptions, Server, TestDatabase, finish, resolve, unique_name, url};

/// Drops the database.
#[derive(Debug)]
pub struct Home {
    admin: MySqlConnectOptions,
    name: String,
}

impl TestDatabase<MySql> {
    /// A connection to another database of the same server, to look at `information_schema` from outside.
    pub async fn admin(&self) -> MySqlConnection {
        MySqlConnection::connect_with(&self.home.admin).await.expect("the server takes connections")
    }
}

impl Server for MySql {
    type Home = Home;

    async fn create() -> (Home, ConnectOptions<Self>, String) {
        let base = url("TEST_MYSQL_URL");
        let admin: MySqlConnectOptions = base.parse().expect("TEST_MYSQL_URL is a URL");
        let name = unique_name();
        let mut connection = MySqlConnection::connect_with(&admin).await.expect("the server of TEST_MYSQL_URL takes connections");
        Self::run(&mut connection, format!("CREATE DATABASE {name}")).await.expect("the tests' user may create databases");
        let options = admin.clone().database(&name);
        let (server, _) = base.rsplit_once('/').expect("TEST_MYSQL_URL names a database");
        (Home { admin, name: name.clone() }, options, format!("{server}/{name}"))
    }

    fn address(home: &Home) -> SocketAddr {
        resolve(home.admin.get_host(), home.admin.get_port())
    }

    fn at(options: &ConnectOptions<Self>, address: SocketAddr) -> ConnectOptions<Self> {
        options.clone().host(&address.ip().to_string()).port(address.port())
    }

    async fn run(connection: &mut MySqlConnection, sql: String) -> Result<u64, sqlx::Error> {
        Ok(sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?.rows_affected())
    }

    async fn integer(connection: &mut MySqlConnection, sql: String) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await
    }

    async fn probe(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
        // The first is refused inside a transaction (1568); the others use it up, or it would be the next transaction's.
        Self::run(connection, "SET TRANSACTION READ WRITE; START TRANSACTION; ROLLBACK".into()).await?;
        Ok(())
    }

    async fn open_transactions(home: &Home) -> Vec<String> {
        let mut admin = MySqlConnection::connect_with(&home.admin).await.expect("the server takes connections");
        let sql = "SELECT CONCAT(p.id, ' ', t.trx_state, ': ', COALESCE(p.info, p.command))
                     FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
                    WHERE p.db = ?";
        sqlx::query_scalar(sql).bind(&home.name).fetch_all(&mut admin).await.expect("the catalogue can be read")
    }

    async fn lock(connection: &mut MySqlConnection, row: &str, within: Duration) -> Result<(), sqlx::Error> {
        let limit = within.as_secs().max(1);
        Self::run(connection, format!("SET SESSION innodb_lock_wait_timeout = {limit}; START TRANSACTION")).await?;
        let locked = Self::run(connection, format!("SELECT 1 FROM {row} FOR UPDATE")).await;
        Self::run(connection, "ROLLBACK".into()).await?;
        locked.map(|_| ())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), std::mem::take(&mut self.name));
        finish(move || async move {
            let mut connection = MySqlConnection::connect_with(&admin).await?;
            let sql = "SELECT id FROM information_schema.processlist WHERE db = ?";
            let connected: Vec<i64> = sqlx::query_scalar(sql).bind(&name).fetch_all(&mut connection).await?;
            for id in connected {
                // It may have gone by itself.
                MySql::run(&mut connection, format!("KILL {id}")).await.ok();
            }
            MySql::run(&mut connection, format!("DROP DATABASE IF EXISTS {name}")).await?;
            connection.close().await
        });
    }
}
