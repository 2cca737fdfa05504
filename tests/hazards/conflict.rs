//! A transfer that conflicts once with a rival, so that it succeeds when it is run again. Each
//! database reports the conflict in its own way.

use std::time::Duration;

use sqlx::sqlite::SqliteJournalMode;
use sqlx::{Connection as _, MySql, Pool, Postgres, Sqlite};
use sqlx_transactional::{Driver, RepeatableRead, Session};
use tests::servers::{ConnectOptions, Server, TestDatabase};
use tokio::sync::Mutex;

use crate::accounts::{ACCOUNTS, DEBIT, options};

/// The second half of the transfer. [`DEBIT`] is the first.
pub(crate) const CREDIT: &str = "UPDATE accounts SET cents = cents + 100 WHERE id = 2";

pub(crate) trait Conflict: Server + Driver {
    /// Begins at REPEATABLE READ where the database has that level.
    const BEGIN: &'static str;
    /// What the rival runs between the two halves.
    const BETWEEN: &'static str;
    /// What the rival runs while the second half runs.
    const MEANWHILE: &'static str = "SELECT 1";
    /// The error code of the transfer.
    const CODE: &'static str;

    fn adjust(options: ConnectOptions<Self>) -> ConnectOptions<Self> {
        options
    }
}

/// The rival changes the row after the transfer's snapshot was taken.
impl Conflict for Postgres {
    const BEGIN: &'static str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    const BETWEEN: &'static str = "UPDATE accounts SET cents = cents + 0 WHERE id = 2";
    const CODE: &'static str = "40001";
}

/// A deadlock. The rival wins it because it has changed more rows.
impl Conflict for MySql {
    const BEGIN: &'static str = "START TRANSACTION";
    const BETWEEN: &'static str = "START TRANSACTION;
        INSERT INTO accounts WITH RECURSIVE n(value) AS (SELECT 100 UNION ALL SELECT value + 1 FROM n WHERE value < 200) SELECT value, 0 FROM n;
        UPDATE accounts SET cents = cents + 1 WHERE id = 2";
    const MEANWHILE: &'static str = "UPDATE accounts SET cents = cents + 1 WHERE id = 1; ROLLBACK";
    const CODE: &'static str = "40001";
}

/// The rival reads a file without write-ahead log, so COMMIT is busy.
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

/// Creates two accounts.
pub(crate) async fn database<DB: Conflict>() -> TestDatabase<DB> {
    let database = TestDatabase::new().await;
    let mut connection = DB::Connection::connect_with(&DB::adjust(database.options()))
        .await
        .unwrap();
    DB::run(&mut connection, ACCOUNTS.into()).await.unwrap();
    connection.close().await.unwrap();
    database
}

/// A pool on which the transfer conflicts.
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

    /// Ends the rival's transaction, so that it no longer conflicts.
    pub(crate) async fn leave(&mut self) {
        // SQLite returns an error if there is nothing to roll back.
        DB::run(&mut self.0, "ROLLBACK".into()).await.ok();
    }
}

/// The transfer over plain sqlx. It conflicts if `rival` is given.
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

/// The transfer in a session. It conflicts in the first attempt only.
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
