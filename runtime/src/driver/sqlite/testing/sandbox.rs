//! A sandbox on SQLite: the SQL of its transaction, and of the savepoints that stand for the
//! transactions inside it.
use std::{
    env, fs, process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use sqlx::{Connection as _, Executor, SqlStr, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    driver::{
        Backend, Driver,
        begin::BeginOptions,
        effect::OpenCheck,
        sqlite::Settings,
        testing::{
            fault::Fault,
            sandbox::{self, Sandboxing, unsuccessful},
        },
    },
    mode::Isolation,
};

/// Takes the write lock at once, as each transaction that writes would do. Also creates the
/// temporary tables for [`CHECK_DEFERRED_KEYS`]: the number of rows that violate a foreign key
/// already, and a foreign key that every INSERT violates, because `sqlx_tx_parent` stays empty.
const BEGIN_SANDBOX: SqlStr = SqlStr::from_static(
    "BEGIN IMMEDIATE; \
     CREATE TEMP TABLE sqlx_tx_broken AS SELECT count(*) AS before FROM pragma_foreign_key_check; \
     CREATE TEMP TABLE sqlx_tx_parent (id INTEGER PRIMARY KEY); \
     CREATE TEMP TABLE sqlx_tx_child (id INTEGER REFERENCES sqlx_tx_parent (id))",
);
/// Checks deferred foreign keys, as COMMIT would, because the RELEASE of an inner savepoint does
/// not. If rows violate one, the INSERT fails with the error that COMMIT would have.
const CHECK_DEFERRED_KEYS: &str = "PRAGMA defer_foreign_keys = 0; \
     INSERT INTO sqlx_tx_child SELECT 1 WHERE (SELECT count(*) FROM pragma_foreign_key_check) > (SELECT before FROM sqlx_tx_broken); ";

/// Fails if the sandbox's transaction has ended. Without this check, the next SAVEPOINT would begin
/// a transaction of its own.
pub(crate) async fn check<DB: Driver>(
    settings: &Settings,
    connection: &mut DB::Connection,
    options: &BeginOptions,
) -> Result<(), sqlx::Error> {
    if options.enclosed
        && matches!(
            Backend::<DB>::check_open(settings, connection).await,
            OpenCheck::Ended
        )
    {
        return Err(sqlx::Error::Protocol(
            "the sandbox's transaction was rolled back as a whole".into(),
        ));
    }
    Ok(())
}

/// Replaces the COMMIT at the end of `command`.
pub(crate) fn commit(command: &SqlStr, writes: bool) -> SqlStr {
    sandbox::commit(command, if writes { CHECK_DEFERRED_KEYS } else { "" })
}

impl<DB: Driver> Sandboxing<DB> for Settings {
    fn begin_sandbox(&self, _: Option<Isolation>) -> SqlStr {
        BEGIN_SANDBOX
    }

    async fn isolation(&self, _: &mut DB::Connection) -> Result<Isolation, sqlx::Error> {
        Ok(Isolation::Serializable)
    }

    async fn provoke(&self, _: &mut DB::Connection, _: Fault) -> sqlx::Error {
        unsuccessful(find_it_locked().await)
    }
}

/// Provokes `SQLITE_BUSY`, the only error that another transaction causes on SQLite. Two
/// connections to a new file do this, because the sandbox's connection holds the lock of its own
/// file.
async fn find_it_locked() -> Result<(), sqlx::Error> {
    static COUNT: AtomicU32 = AtomicU32::new(0);

    let file = env::temp_dir().join(format!(
        "sqlx_tx_fault_{}_{}.db",
        process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .busy_timeout(Duration::ZERO);
    let mut first = SqliteConnection::connect_with(&options).await?;
    Executor::execute(&mut first, "BEGIN IMMEDIATE").await?;
    let mut second = SqliteConnection::connect_with(&options).await?;
    let outcome = Executor::execute(&mut second, "BEGIN IMMEDIATE")
        .await
        .map(drop);
    second.close().await?;
    first.close().await?;
    fs::remove_file(file)?;
    outcome
}
