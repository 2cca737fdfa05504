//! Databases of tests on SQLite. Each one is a new file, so no server and no template is needed.
use sqlx::{Sqlite, sqlite::SqliteConnectOptions};

use crate::driver::{
    sqlite::{Settings, opening::Storage},
    testing::{
        clone::{Cloning, Server},
        sandbox::NOWHERE,
    },
};

/// A busy timeout of 600,000 ms (10 minutes). A sandbox holds the write lock until it ends, so a
/// test waits for all tests on the file that come before it, also those of other processes.
pub(crate) const PATIENCE: &str = "PRAGMA busy_timeout = 600000";

impl Cloning<Sqlite> for Settings {
    fn server(_: &SqliteConnectOptions) -> Option<&'static Server> {
        None
    }

    fn at(_: &SqliteConnectOptions, file: &str) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
    }

    fn url_by_default() -> Option<&'static str> {
        Some("sqlite::memory:")
    }

    fn is_private(options: &SqliteConnectOptions) -> bool {
        Storage::of(options) == Storage::Memory
    }

    fn before_sandbox(_: &SqliteConnectOptions) -> Option<&'static str> {
        Some(PATIENCE)
    }

    fn lead_nowhere(options: &mut SqliteConnectOptions) {
        *options = SqliteConnectOptions::new().filename(NOWHERE);
    }
}
