//! [`Cloning`], the part of each database in creating, locking and dropping databases for tests.
//! When this is done, and under which names, is decided in `testing/clone.rs`.
use sqlx::Database;

use crate::driver::connect::ConnectOptions;

/// What `#[sqlx_transactional::test]` needs from a database.
#[doc(hidden)]
pub trait Cloning<DB: Database> {
    /// The SQL with which databases of tests are made on a server. `None` if a database is a file.
    fn server(options: &ConnectOptions<DB>) -> Option<&'static Server>;

    /// The same options with another database. If a database is a file: options for the file
    /// `name`, which is created.
    fn at(options: &ConnectOptions<DB>, name: &str) -> ConnectOptions<DB>;

    /// The URL that tests use if the environment names no database.
    fn url_by_default() -> Option<&'static str> {
        None
    }

    /// Whether each connection has its own database, as in memory.
    fn is_private(_: &ConnectOptions<DB>) -> bool {
        false
    }

    /// SQL to run on each connection before its sandbox begins.
    fn before_sandbox(_: &ConnectOptions<DB>) -> Option<&'static str> {
        None
    }

    /// Changes the options so that no connection can be made with them. A second connection would
    /// be outside of the sandbox's transaction.
    fn lead_nowhere(options: &mut ConnectOptions<DB>);
}

/// The SQL of a server. It does not quote names, because they consist of lowercase letters, digits
/// and underscores only.
#[doc(hidden)]
#[derive(Debug)]
pub struct Server {
    /// Returns the current database.
    pub(crate) current: &'static str,
    /// Returns the databases with names that begin with `sqlx_tx_`.
    pub(crate) ours: &'static str,
    /// Returns the options of the current database, in the form in which CREATE DATABASE takes
    /// them.
    pub(crate) manner: Option<&'static str>,
    /// Drops a database, even if there are connections to it.
    pub(crate) drop: fn(&str) -> String,
    /// Takes the lock of that name if it is free, and keeps it until the connection is closed.
    /// Returns one row if it was free.
    pub(crate) try_lock: fn(&str) -> String,
    pub(crate) unlock: fn(&str) -> String,
    pub(crate) templates: Option<Templates>,
}

/// The SQL that makes a database as a copy of another.
#[doc(hidden)]
#[derive(Debug)]
pub(crate) struct Templates {
    /// Waits for the lock of that name, and takes it.
    pub(crate) lock: fn(&str) -> String,
    /// Returns one row if the database exists and refuses connections. A template that accepts
    /// connections was left unfinished by a killed process.
    pub(crate) is_finished: fn(&str) -> String,
    /// Makes the database refuse connections. PostgreSQL does not copy a database that has one.
    pub(crate) finish: fn(&str) -> String,
    /// The option of CREATE DATABASE that names the template.
    pub(crate) manner: fn(&str) -> String,
}

/// The FNV-1a hash of the parts and their lengths. It is the same in every process and with every
/// compiler, because names in the database depend on it.
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

    /// A process has to find the databases that an older build of it has left.
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
