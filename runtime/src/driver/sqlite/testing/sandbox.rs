//! `SQLite`'s part.
use std::{
    env, fs, process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use sqlx::{
    Connection as _, Executor, SqlStr, Sqlite, SqliteConnection, sqlite::SqliteConnectOptions,
};

use crate::{
    driver::{
        sqlite::Settings,
        testing::{
            fault::Fault,
            sandbox::{NOWHERE, Sandboxing, unsuccessful},
        },
    },
    mode::Isolation,
};

/// Takes the lock at once, as each transaction in it would. With the number of rows that break a
/// foreign key already, and a key that can be broken for want of `sqlx_tx_parent`.
pub(crate) const BEGIN_SANDBOX: SqlStr = SqlStr::from_static(
    "BEGIN IMMEDIATE; \
     CREATE TEMP TABLE sqlx_tx_broken AS SELECT count(*) AS before FROM pragma_foreign_key_check; \
     CREATE TEMP TABLE sqlx_tx_parent (id INTEGER PRIMARY KEY); \
     CREATE TEMP TABLE sqlx_tx_child (id INTEGER REFERENCES sqlx_tx_parent (id))",
);
/// Deferred keys would be checked by COMMIT, and no RELEASE does so. This fails where COMMIT would,
/// and with the same error.
pub(crate) const CHECK_DEFERRED_KEYS: &str = "PRAGMA defer_foreign_keys = 0; \
     INSERT INTO sqlx_tx_child SELECT 1 WHERE (SELECT count(*) FROM pragma_foreign_key_check) > (SELECT before FROM sqlx_tx_broken); ";

impl Sandboxing<Sqlite> for Settings {
    fn begin_sandbox(_: &SqliteConnection, _: Option<Isolation>) -> SqlStr {
        BEGIN_SANDBOX
    }

    async fn isolation(_: &mut SqliteConnection) -> Result<Isolation, sqlx::Error> {
        Ok(Isolation::Serializable)
    }

    async fn provoke(_: &mut SqliteConnection, _: Fault) -> sqlx::Error {
        unsuccessful(find_it_locked().await)
    }

    fn lead_nowhere(options: &mut SqliteConnectOptions) {
        *options = SqliteConnectOptions::new().filename(NOWHERE);
    }
}

/// The error of somebody who finds the lock taken, in a file of its own: whatever another
/// transaction causes is this.
pub(crate) async fn find_it_locked() -> Result<(), sqlx::Error> {
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
