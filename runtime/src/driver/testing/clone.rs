//! How a driver creates and drops databases for tests, and the SQL that its server needs for it.
//!
//! A lock on a test database's name marks it as in use. When databases are created and dropped is
//! decided in `testing`.
use sqlx::Database;

use crate::driver::connect::ConnectOptions;

/// The operations of a database that test databases and sandboxes need.
#[doc(hidden)]
pub trait Cloning<DB: Database> {
    /// The SQL that creates and drops databases. `None` if a database is a file.
    fn server(options: &ConnectOptions<DB>) -> Option<&'static Server>;

    /// The options with another database. If a database is a file, `name` is its path, and the file
    /// is created.
    fn at(options: &ConnectOptions<DB>, name: &str) -> ConnectOptions<DB>;

    /// The URL for tests if no environment variable names a database.
    fn url_by_default() -> Option<&'static str> {
        None
    }

    /// Whether each connection has a database of its own.
    fn is_private(_: &ConnectOptions<DB>) -> bool {
        false
    }

    /// SQL that runs on a connection before its sandbox begins.
    fn before_sandbox(_: &ConnectOptions<DB>) -> Option<&'static str> {
        None
    }

    /// Changes the options so that every attempt to connect fails.
    fn lead_nowhere(options: &mut ConnectOptions<DB>);
}

/// The SQL of a server for test databases. Names consist of lowercase letters, digits and
/// underscores, so they need no quotes.
#[doc(hidden)]
#[derive(Debug)]
pub struct Server {
    /// Selects the name of the current database.
    pub(crate) current: &'static str,
    /// Selects the names of the databases that begin with `sqlx_tx_`.
    pub(crate) ours: &'static str,
    /// Selects the options with which CREATE DATABASE makes a database like the current one. The
    /// result is appended to that statement.
    pub(crate) manner: Option<&'static str>,
    /// Drops a database, also if clients are connected to it.
    pub(crate) drop: fn(&str) -> String,
    /// Takes the lock of that name if it is free, and holds it until the connection is closed.
    /// Returns one row if the lock was taken.
    pub(crate) try_lock: fn(&str) -> String,
    pub(crate) unlock: fn(&str) -> String,
    pub(crate) templates: Option<Templates>,
}

/// The SQL that creates a database as a copy of a template.
#[doc(hidden)]
#[derive(Debug)]
pub(crate) struct Templates {
    /// Waits for the lock of that name and takes it.
    pub(crate) lock: fn(&str) -> String,
    /// Returns one row if the template exists and accepts no connections, which means that its
    /// migrations are complete.
    pub(crate) is_finished: fn(&str) -> String,
    /// Makes the template accept no connections. A database cannot be copied while clients are
    /// connected to it.
    pub(crate) finish: fn(&str) -> String,
    /// The end of CREATE DATABASE that names the template.
    pub(crate) manner: fn(&str) -> String,
}

/// The FNV-1a hash of the parts and their lengths.
///
/// The result is the same in every process and build, unlike that of std's hashers, because
/// processes find each other's databases by it.
pub(crate) fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    parts.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, part| {
        let length = (part.len() as u64).to_le_bytes();
        length
            .into_iter()
            .chain(part.iter().copied())
            .fold(hash, step)
    })
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    /// Database names contain the hash. With another function, the databases of older builds would
    /// not be found.
    #[test]
    fn a_fingerprint_is_the_same_for_ever() {
        assert_eq!(fingerprint([]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(
            fingerprint([b"shop".as_slice()]),
            fingerprint([b"shop".as_slice()])
        );
        assert_ne!(
            fingerprint([b"ab".as_slice(), b"c"]),
            fingerprint([b"a".as_slice(), b"bc"])
        );
    }
}
