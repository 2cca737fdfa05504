//! `SQLite`'s part: files.
use sqlx::{Sqlite, sqlite::SqliteConnectOptions};

use crate::driver::{
    sqlite::{Settings, opening::Storage},
    testing::{
        clone::{Cloning, Server},
        sandbox::NOWHERE,
    },
};

/// A sandbox has the write lock from its begin to its end: a test waits for all those that are
/// before it, in this process and in others. In milliseconds.
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
