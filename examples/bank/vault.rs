//! What the bank needs from a database, and how the tables of a run are created and removed.
use std::{fmt::Write, future::Future, time::Duration};

use sqlx::{
    AssertSqlSafe, ColumnIndex, ConnectOptions, Connection, Database, Decode, Encode, MySql,
    MySqlConnection, Pool, Postgres, SqlSafeStr, SqlStr, Sqlite, Type, mysql::MySqlConnectOptions,
};
use sqlx_transactional::{Db, Driver, Session, transactional};
use tokio::time::timeout;

use crate::bank::{self, BANK, BankError};

/// A database that can hold the bank. Functions that are generic over it need no other bound.
pub(crate) trait Vault:
    Driver
    + Knows<i64, It: Value<Self>>
    + Knows<String, It: Value<Self>>
    + Knows<usize, It: ColumnIndex<Self::Row>>
    + Is<i64>
    + Is<String>
    + Is<usize>
{
    const IF_NOT_OPENED: &str;
    const IF_NOT_CREATED: &str;
    /// Why two calls of [`bank::pay_once`] cannot both succeed.
    const CONFLICT: &str;

    /// Connects, and creates a schema for this run where the database has schemas.
    fn connect(url: &str) -> impl Future<Output = Result<Branch<Self>, sqlx::Error>> + Send;

    /// Creates or drops tables, in a transaction where the database supports that.
    fn define(db: &Db<Self>, sql: SqlStr) -> impl Future<Output = Result<(), BankError>> + Send {
        define(db, sql)
    }

    /// Replaces each `?` by the placeholder of this database.
    fn sql(text: &'static str) -> SqlStr {
        text.into_sql_str()
    }

    /// Whether this connection is outside of any transaction.
    fn is_idle(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<bool, sqlx::Error>> + Send;
}

/// A type that can be bound to a query and decoded from a row.
pub(crate) trait Value<DB: Database>:
    for<'q> Encode<'q, DB> + for<'r> Decode<'r, DB> + Type<DB>
{
}
impl<DB: Database, T> Value<DB> for T where
    T: for<'q> Encode<'q, DB> + for<'r> Decode<'r, DB> + Type<DB>
{
}

/// `DB: Knows<i64, It: Type<DB>> + Is<i64>` means `i64: Type<DB>`. In this form it can be a
/// supertrait, so that callers need not repeat the bound.
pub(crate) trait Knows<T> {
    type It;
}
pub(crate) trait Is<T>: Knows<T, It = T> {}
impl<DB, T> Knows<T> for DB {
    type It = T;
}
impl<DB, T> Is<T> for DB {}

/// The database of one run, with tables of its own.
pub(crate) struct Branch<DB: Vault> {
    pub(crate) db: Db<DB>,
    /// A second pool on the same tables, for the rush. SQLite only: calls on one [`Db`] queue for
    /// its writing connection, and never conflict.
    other: Option<Db<DB>>,
    /// The schema of this run, where the database has schemas.
    schema: Option<String>,
}

// No constraint forbids a wrong balance or a duplicate entry: the audit has to find them.
const CREATE: &str = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, opening BIGINT NOT NULL, cents BIGINT NOT NULL);
    CREATE TABLE logins (account BIGINT PRIMARY KEY, password TEXT NOT NULL, failed BIGINT NOT NULL);
    CREATE TABLE ledger (transfer BIGINT NOT NULL, from_account BIGINT NOT NULL, to_account BIGINT NOT NULL, cents BIGINT NOT NULL);
    CREATE TABLE closings (number BIGINT NOT NULL, entries BIGINT NOT NULL, cents BIGINT NOT NULL)";
const DROP: &str = "DROP TABLE IF EXISTS closings; DROP TABLE IF EXISTS ledger; DROP TABLE IF EXISTS logins; DROP TABLE IF EXISTS accounts";

impl<DB: Vault> Branch<DB> {
    /// The handle on which the calls of the rush conflict.
    pub(crate) fn rush(&self) -> &Db<DB> {
        self.other.as_ref().unwrap_or(&self.db)
    }

    pub(crate) fn pools(&self) -> impl Iterator<Item = &Pool<DB>> {
        [&self.db].into_iter().chain(&self.other).map(Db::pool)
    }

    /// Creates all the tables and accounts, or none.
    pub(crate) async fn open(&self, accounts: i64, cents: i64) -> Result<(), BankError> {
        let created = DB::define(&self.db, CREATE.into_sql_str()).await;
        // Without a schema, CREATE TABLE fails where another program has tables of the same name.
        // Those must not be dropped.
        let ours = created.is_ok() || self.schema.is_some();
        let created = match created {
            Ok(()) => open_accounts(&self.db, accounts, cents).await,
            Err(error) => Err(error),
        };
        if created.is_err() && ours {
            self.clear().await?;
        }
        created
    }

    /// Removes what [`connect`](Vault::connect) and [`open`](Self::open) created.
    pub(crate) async fn close(self) -> Result<(), BankError> {
        self.clear().await?;
        // Closing waits for every connection, and a leaked one never comes back.
        for pool in self.pools() {
            let _ = timeout(Duration::from_secs(5), pool.close()).await;
        }
        Ok(())
    }

    async fn clear(&self) -> Result<(), BankError> {
        let sql = self.schema.as_ref().map_or_else(
            || DROP.to_owned(),
            |schema| format!("{DROP}; DROP SCHEMA {schema}"),
        );
        DB::define(&self.db, AssertSqlSafe(sql).into_sql_str()).await
    }
}

#[transactional(timeout = "10s")]
async fn define<DB: Vault>(session: &mut Session<DB>, sql: SqlStr) -> Result<(), BankError> {
    sqlx::raw_sql(sql).execute(session).await?;
    Ok(())
}

#[transactional]
async fn open_accounts<DB: Vault>(
    session: &mut Session<DB>,
    accounts: i64,
    cents: i64,
) -> Result<(), BankError> {
    bank::open_account(&mut *session, BANK, 0, &password(BANK)).await?;
    for id in 0..accounts {
        bank::open_account(&mut *session, id, cents, &password(id)).await?;
    }
    Ok(())
}

/// The password of the account's owner.
pub(crate) fn password(account: i64) -> String {
    format!("secret {account}")
}

fn new_schema() -> String {
    format!("bank_{:08x}", rand::random::<u32>())
}

impl Vault for Sqlite {
    const IF_NOT_OPENED: &str =
        "`?mode=rwc` at the end of --database-url creates a file that does not exist";
    const IF_NOT_CREATED: &str = "the tables may exist already; use a new file";
    const CONFLICT: &str =
        "one writer at a time: transfers wait for it, payments of the rush fail (SQLITE_BUSY)";

    /// Calls on one [`Db`] queue for its writing connection, and never conflict. The connections of
    /// the second pool have no busy timeout, which is SQLite's own default: a conflict fails at
    /// once.
    async fn connect(url: &str) -> Result<Branch<Self>, sqlx::Error> {
        let db = Db::<Self>::connect(url).await?;
        let impatient = (*db.pool().connect_options())
            .clone()
            .busy_timeout(Duration::ZERO);
        let pool = db.pool().options().clone().max_connections(10);
        // A database in memory exists on its one connection only.
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        let other = (!in_memory).then(|| pool.connect_lazy_with(impatient).into());
        Ok(Branch {
            db,
            other,
            schema: None,
        })
    }

    /// BEGIN fails inside a transaction.
    async fn is_idle(connection: &mut Self::Connection) -> Result<bool, sqlx::Error> {
        if sqlx::raw_sql("BEGIN")
            .execute(&mut *connection)
            .await
            .is_err()
        {
            return Ok(false);
        }
        sqlx::raw_sql("ROLLBACK")
            .execute(connection)
            .await
            .map(|_| true)
    }
}

impl Vault for Postgres {
    const IF_NOT_OPENED: &str = "is the server running, are host, port, user, password and database in --database-url right, \
                                 and may the user create a schema: GRANT CREATE ON DATABASE ..?";
    const IF_NOT_CREATED: &str = "the user needs the right to create tables";
    const CONFLICT: &str =
        "of the transactions that read the same rows, only the first may write them (40001)";

    async fn connect(url: &str) -> Result<Branch<Self>, sqlx::Error> {
        let schema = new_schema();
        let separator = if url.contains('?') { '&' } else { '?' };
        let db = Db::connect(&format!("{url}{separator}options[search_path]={schema}")).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
            .execute(db.pool())
            .await?;
        Ok(Branch {
            db,
            other: None,
            schema: Some(schema),
        })
    }

    fn sql(text: &'static str) -> SqlStr {
        let mut parts = text.split('?');
        let mut sql = parts.next().unwrap_or_default().to_owned();
        for (number, part) in (1..).zip(parts) {
            let _ = write!(sql, "${number}{part}");
        }
        AssertSqlSafe(sql).into_sql_str()
    }

    /// SAVEPOINT fails outside of a transaction, with `no_active_sql_transaction`.
    async fn is_idle(connection: &mut Self::Connection) -> Result<bool, sqlx::Error> {
        match sqlx::raw_sql("SAVEPOINT canary").execute(connection).await {
            Err(sqlx::Error::Database(error)) => Ok(error.code().as_deref() == Some("25P01")),
            result => result.map(|_| false),
        }
    }
}

/// MariaDB too. A schema is a database here.
impl Vault for MySql {
    const IF_NOT_OPENED: &str = "is the server running, are host, port, user and password in --database-url right, \
                                 and may the user create a database: GRANT ALL ON `bank\\_%`.* TO ..?";
    const IF_NOT_CREATED: &str = "the user needs the right to create tables";
    const CONFLICT: &str =
        "transactions that read the same rows wait for each other to write them (1213)";

    async fn connect(url: &str) -> Result<Branch<Self>, sqlx::Error> {
        let (schema, options) = (new_schema(), url.parse::<MySqlConnectOptions>()?);
        let mut connection = MySqlConnection::connect_with(&options).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        let db = Db::connect(options.database(&schema).to_url_lossy().as_str()).await?;
        Ok(Branch {
            db,
            other: None,
            schema: Some(schema),
        })
    }

    /// CREATE TABLE and DROP TABLE commit the transaction that they run in, so the crate refuses
    /// them there. They run on the pool instead.
    async fn define(db: &Db<Self>, sql: SqlStr) -> Result<(), BankError> {
        sqlx::raw_sql(sql).execute(db.pool()).await?;
        Ok(())
    }

    /// SET TRANSACTION fails inside a transaction, with `ER_CANT_CHANGE_TX_CHARACTERISTICS`.
    async fn is_idle(connection: &mut Self::Connection) -> Result<bool, sqlx::Error> {
        match sqlx::raw_sql("SET TRANSACTION READ WRITE")
            .execute(connection)
            .await
        {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("25001") => {
                Ok(false)
            }
            result => result.map(|_| true),
        }
    }
}
