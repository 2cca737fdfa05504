//! The same kinds of calls over plain sqlx, as far as sqlx has them.

use futures_util::future::LocalBoxFuture;
use sqlx::{Acquire as _, Pool};
use tests::explorer::Cut;

use crate::bank::sql;

/// A kind of call, by its name in [`super::calls`]. Returns whether it ended before its cut. An
/// error counts as an end too, because after an earlier leak no call works.
pub(super) type Kind<DB> = (
    &'static str,
    for<'a> fn(&'a Pool<DB>, Cut) -> LocalBoxFuture<'a, bool>,
);

pub(super) const POSTGRES: &[Kind<sqlx::Postgres>] = postgres::KINDS;
pub(super) const MYSQL: &[Kind<sqlx::MySql>] = mysql::KINDS;
pub(super) const SQLITE: &[Kind<sqlx::Sqlite>] = sqlite::KINDS;

macro_rules! kinds {
    ($($name:literal: $call:ident($($argument:expr),*),)*) => {
        [$(($name, |pool, cut| Box::pin(async move { cut.apply($call(pool $(, $argument)*)).await.is_some() }))),*]
    };
}

on_each_database! {
    pub(super) const KINDS: &[Kind<DB>] = &kinds! {
        "begin": moves(true),
        "rolled back": moves(false),
        "nested": nests(),
        "read-only": reads(),
        "with settings": sets(),
        "retried, asleep": sleeps(),
    };

    async fn add(transaction: &mut <DB as sqlx::Database>::Connection, account: i64, cents: i64) -> Result<(), sqlx::Error> {
        let update = sqlx::query(sql::<DB>("UPDATE accounts SET cents = cents + $1 WHERE id = $2"));
        update.bind(cents).bind(account).execute(&mut *transaction).await?;
        let left = sqlx::query_scalar::<_, i64>(sql::<DB>("SELECT cents FROM accounts WHERE id = $1"));
        left.bind(account).fetch_one(transaction).await.map(drop)
    }

    async fn moves(pool: &Pool<DB>, commits: bool) -> Result<(), sqlx::Error> {
        let mut transaction = pool.begin().await?;
        add(&mut transaction, 1, -1).await?;
        add(&mut transaction, 2, 1).await?;
        if commits { transaction.commit().await } else { transaction.rollback().await }
    }

    async fn nests(pool: &Pool<DB>) -> Result<(), sqlx::Error> {
        let mut transaction = pool.begin().await?;
        add(&mut transaction, 1, -1).await?;
        let mut savepoint = transaction.begin().await?;
        add(&mut savepoint, 2, 1).await?;
        savepoint.commit().await?;
        transaction.commit().await
    }

    async fn reads(pool: &Pool<DB>) -> Result<(), sqlx::Error> {
        let mut transaction = match <DB as sqlx::Database>::NAME {
            "PostgreSQL" => pool.begin_with("BEGIN READ ONLY").await?,
            "MySQL" => pool.begin_with("START TRANSACTION READ ONLY").await?,
            _ => pool.begin().await?,
        };
        sqlx::query("SELECT cents FROM accounts").fetch_all(&mut *transaction).await?;
        transaction.commit().await
    }

    /// Settings that last for the transaction, if the database has them. Otherwise they are set
    /// before the transaction and reset after it.
    async fn sets(pool: &Pool<DB>) -> Result<(), sqlx::Error> {
        let (before, inside, behind) = match <DB as sqlx::Database>::NAME {
            "PostgreSQL" => ("SELECT 1", "SET LOCAL lock_timeout = 3000", "SELECT 1"),
            "MySQL" => (
                "SET SESSION innodb_lock_wait_timeout = 3",
                "SELECT 1",
                "SET SESSION innodb_lock_wait_timeout = @@GLOBAL.innodb_lock_wait_timeout",
            ),
            _ => ("PRAGMA busy_timeout = 3000", "SELECT 1", "PRAGMA busy_timeout = 5000"),
        };
        let mut connection = pool.acquire().await?;
        sqlx::raw_sql(before).execute(&mut *connection).await?;
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql(inside).execute(&mut *transaction).await?;
        add(&mut transaction, 1, -1).await?;
        transaction.commit().await?;
        sqlx::raw_sql(behind).execute(&mut *connection).await.map(drop)
    }

    async fn sleeps(pool: &Pool<DB>) -> Result<(), sqlx::Error> {
        moves(pool, false).await?;
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        moves(pool, true).await
    }
}
