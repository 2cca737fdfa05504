//! A transfer that a rival gets in the way of, once, so that it would succeed if it ran again; on
//! each database in the way that it knows.

use std::time::Duration;

use sqlx::sqlite::SqliteJournalMode;
use sqlx::{Connection as _, MySql, Pool, Postgres, Sqlite};
use sqlx_transactional::{Driver, RepeatableRead, Session};
use tests::servers::{ConnectOptions, Server, TestDatabase};
use tokio::sync::Mutex;

use crate::accounts::{ACCOUNTS, DEBIT, options};

/// The second half of the transfer; [`DEBIT`] is the first.
pub(crate) const CREDIT: &str = "UPDATE accounts SET cents = cents + 100 WHERE id = 2";

pub(crate) trait Conflict: Server + Driver {
    /// REPEATABLE READ, where there is such a thing.
    const BEGIN: &'static str;
    /// What the rival does between the two halves.
    const BETWEEN: &'static str;
    /// What it does while the second one runs.
    const MEANWHILE: &'static str = "SELECT 1";
    /// What the transfer fails with.
    const CODE: &'static str;

    fn adjust(options: ConnectOptions<Self>) -> ConnectOptions<Self> {
        options
    }
}

/// A row that has changed since the snapshot.
impl Conflict for Postgres {
    const BEGIN: &'static str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    const BETWEEN: &'static str = "UPDATE accounts SET cents = cents + 0 WHERE id = 2";
    const CODE: &'static str = "40001";
}

/// A deadlock, which the rival wins, because it has changed more rows.
impl Conflict for MySql {
    const BEGIN: &'static str = "START TRANSACTION";
    const BETWEEN: &'static str = "START TRANSACTION;
        INSERT INTO accounts WITH RECURSIVE n(value) AS (SELECT 100 UNION ALL SELECT value + 1 FROM n WHERE value < 200) SELECT value, 0 FROM n;
        UPDATE accounts SET cents = cents + 1 WHERE id = 2";
    const MEANWHILE: &'static str = "UPDATE accounts SET cents = cents + 1 WHERE id = 1; ROLLBACK";
    const CODE: &'static str = "40001";
}

/// A reader, where there is no write-ahead log: COMMIT is busy.
impl Conflict for Sqlite {
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const BETWEEN: &'static str = "BEGIN; SELECT cents FROM accounts";
    const CODE: &'static str = "5";

    fn adjust(options: ConnectOptions<Self>) -> ConnectOptions<Self> {
        options
            .journal_mode(SqliteJournalMode::Delete)
            .busy_timeout(Duration::ZERO)
    }
}

/// Two accounts.
pub(crate) async fn database<DB: Conflict>() -> TestDatabase<DB> {
    let database = TestDatabase::new().await;
    let mut connection = DB::Connection::connect_with(&DB::adjust(database.options()))
        .await
        .unwrap();
    DB::run(&mut connection, ACCOUNTS.into()).await.unwrap();
    connection.close().await.unwrap();
    database
}

/// A pool whose transfers conflict.
pub(crate) fn pool<DB: Conflict>(database: &TestDatabase<DB>) -> Pool<DB> {
    options(1).connect_lazy_with(DB::adjust(database.options()))
}

pub(crate) struct Rival<DB: Server>(DB::Connection);

impl<DB: Conflict> Rival<DB> {
    pub(crate) async fn of(database: &TestDatabase<DB>) -> Self {
        Self(
            DB::Connection::connect_with(&DB::adjust(database.options()))
                .await
                .unwrap(),
        )
    }

    pub(crate) async fn between(&mut self) {
        DB::run(&mut self.0, DB::BETWEEN.into()).await.unwrap();
    }

    pub(crate) async fn meanwhile(&mut self) {
        DB::run(&mut self.0, DB::MEANWHILE.into()).await.unwrap();
    }

    /// Is in nobody's way any more.
    pub(crate) async fn leave(&mut self) {
        // SQLite complains where there is nothing to roll back.
        DB::run(&mut self.0, "ROLLBACK".into()).await.ok();
    }
}

/// The transfer, with sqlx; the rival is there once.
pub(crate) async fn by_hand<DB: Conflict>(
    pool: &Pool<DB>,
    rival: Option<&mut Rival<DB>>,
) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin_with(DB::BEGIN).await?;
    DB::run(&mut transaction, DEBIT.into()).await?;
    if let Some(rival) = rival {
        rival.between().await;
        tokio::join!(rival.meanwhile(), DB::run(&mut transaction, CREDIT.into())).1?;
    } else {
        DB::run(&mut transaction, CREDIT.into()).await?;
    }
    transaction.commit().await
}

/// The transfer, in a session; the rival is there in the first attempt.
pub(crate) async fn through_us<DB: Conflict>(
    session: &mut Session<DB, RepeatableRead>,
    rival: &Mutex<Rival<DB>>,
) -> Result<(), sqlx::Error> {
    let mut rival = rival.lock().await;
    sqlx::raw_sql(DEBIT).execute(&mut *session).await?;
    if session.attempt() == 1 {
        rival.between().await;
        tokio::join!(rival.meanwhile(), sqlx::raw_sql(CREDIT).execute(session)).1?;
    } else {
        rival.leave().await;
        sqlx::raw_sql(CREDIT).execute(session).await?;
    }
    Ok(())
}
