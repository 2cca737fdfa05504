//! What the bank asks of a database, and how one is made ready for a run and left as it was found.
use std::{future::Future, io, time::Duration};

use sqlx::{AssertSqlSafe, ColumnIndex, Connection, Database, Decode, Encode, PgConnection, Postgres, Sqlite, Type};
use sqlx_transactional::{Db, Driver, Session, transactional};
use tokio::time::timeout;

use crate::bank::{self, BankError};

/// A database that the bank can be kept in. Functions that are generic over it need no other bound.
pub(crate) trait Vault:
    Driver
    + Knows<i64, It: for<'q> Encode<'q, Self> + for<'r> Decode<'r, Self> + Type<Self>>
    + Knows<usize, It: ColumnIndex<<Self as Database>::Row>>
    + Is<i64>
    + Is<usize>
{
    const IF_NOT_OPENED: &str;
    const IF_NOT_CREATED: &str;

    /// Connects, without changing anything yet.
    fn branch(url: &str) -> impl Future<Output = Result<Branch<Self>, sqlx::Error>> + Send;

    /// Whether this connection is outside of any transaction.
    fn is_idle(connection: &mut Self::Connection) -> impl Future<Output = Result<bool, sqlx::Error>> + Send;
}

/// `DB: Knows<i64, It: Type<DB>> + Is<i64>` means `i64: Type<DB>`, but a supertrait can say it, and callers need not repeat it.
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
    schema: Option<String>,
}

impl<DB: Vault> Branch<DB> {
    /// Creates the tables and the accounts, or nothing.
    pub(crate) async fn open(&self, accounts: i64, cents: i64) -> Result<(), BankError> {
        create(&self.db, self.schema.as_deref(), accounts, cents).await
    }

    /// Removes what [`open`](Self::open) created.
    pub(crate) async fn close(self) -> Result<(), BankError> {
        drop_tables(&self.db, self.schema.as_deref()).await?;
        // It waits for every connection, also for one that will never come back.
        let _ = timeout(Duration::from_secs(5), self.db.pool().close()).await;
        Ok(())
    }
}

#[transactional]
async fn create<DB: Vault>(session: &mut Session<DB>, schema: Option<&str>, accounts: i64, cents: i64) -> Result<(), BankError> {
    if let Some(schema) = schema {
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut *session).await?;
    }
    // Nothing in the tables forbids a wrong balance or an entry written twice: the audit is to find them.
    let tables = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL);
        CREATE TABLE ledger (transfer BIGINT NOT NULL, from_account BIGINT NOT NULL, to_account BIGINT NOT NULL, cents BIGINT NOT NULL)";
    sqlx::raw_sql(tables).execute(&mut *session).await?;
    for id in 0..accounts {
        bank::open_account(&mut *session, id, cents).await?;
    }
    Ok(())
}

#[transactional(timeout = "10s")]
async fn drop_tables<DB: Vault>(session: &mut Session<DB>, schema: Option<&str>) -> Result<(), BankError> {
    sqlx::raw_sql("DROP TABLE ledger; DROP TABLE accounts").execute(&mut *session).await?;
    if let Some(schema) = schema {
        sqlx::raw_sql(AssertSqlSafe(format!("DROP SCHEMA {schema}"))).execute(session).await?;
    }
    Ok(())
}

impl Vault for Sqlite {
    const IF_NOT_OPENED: &str = "`?mode=rwc` at the end of --database-url creates a file that does not exist";
    const IF_NOT_CREATED: &str = "a new file has no tables that are in the way";

    async fn branch(url: &str) -> Result<Branch<Self>, sqlx::Error> {
        Ok(Branch { db: Db::connect(url).await?, schema: None })
    }

    /// BEGIN fails inside of a transaction.
    async fn is_idle(connection: &mut Self::Connection) -> Result<bool, sqlx::Error> {
        if sqlx::raw_sql("BEGIN").execute(&mut *connection).await.is_err() {
            return Ok(false);
        }
        sqlx::raw_sql("ROLLBACK").execute(connection).await.map(|_| true)
    }
}

impl Vault for Postgres {
    const IF_NOT_OPENED: &str = "is the server running, and are host, port, user, password and database in --database-url right?";
    const IF_NOT_CREATED: &str = "the user needs the right to create a schema: GRANT CREATE ON DATABASE ..";

    async fn branch(url: &str) -> Result<Branch<Self>, sqlx::Error> {
        // A pool would wait for 30 s for a server that is not there.
        let reachable = timeout(Duration::from_secs(5), PgConnection::connect(url)).await;
        reachable.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer within 5 s"))??.close().await?;

        let schema = format!("bank_{:08x}", rand::random::<u32>());
        let separator = if url.contains('?') { '&' } else { '?' };
        let db = Db::connect(&format!("{url}{separator}options[search_path]={schema}")).await?;
        Ok(Branch { db, schema: Some(schema) })
    }

    /// SAVEPOINT fails outside of a transaction, with `no_active_sql_transaction`.
    async fn is_idle(connection: &mut Self::Connection) -> Result<bool, sqlx::Error> {
        match sqlx::raw_sql("SAVEPOINT canary").execute(connection).await {
            Err(sqlx::Error::Database(error)) => Ok(error.code().as_deref() == Some("25P01")),
            result => result.map(|_| false),
        }
    }
}
