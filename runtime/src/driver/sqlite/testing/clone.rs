<<<<<<< HEAD
//! Databases for tests on SQLite: each is a file of its own, or in memory.
=======
//! Databases of tests on SQLite. Each one is a new file, so no server and no template is needed.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
use sqlx::{Sqlite, sqlite::SqliteConnectOptions};

use crate::driver::{
    sqlite::{Settings, opening::Storage},
    testing::{
        clone::{Cloning, Server},
        sandbox::NOWHERE,
    },
};

<<<<<<< HEAD
/// The busy timeout of sandboxes, 600,000 milliseconds (ten minutes). A sandbox holds the write
/// lock from its begin to its end, so a test waits for the tests before it, also those of other
/// processes.
=======
/// A busy timeout of 600,000 ms (10 minutes). A sandbox holds the write lock until it ends, so a
/// test waits for all tests on the file that come before it, also those of other processes.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
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
