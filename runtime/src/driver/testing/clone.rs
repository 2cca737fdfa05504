<<<<<<< HEAD
//! How a driver creates and drops databases for tests, and the SQL that its server needs for it.
//!
//! A lock on a test database's name marks it as in use. When databases are created and dropped is
//! decided in `testing`.
=======
//! [`Cloning`], the part of each database in creating, locking and dropping databases for tests.
//! When this is done, and under which names, is decided in `testing/clone.rs`.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
use sqlx::Database;

use crate::driver::connect::ConnectOptions;

<<<<<<< HEAD
/// The operations of a database that test databases and sandboxes need.
#[doc(hidden)]
pub trait Cloning<DB: Database> {
    /// The SQL that creates and drops databases. `None` if a database is a file.
    fn server(options: &ConnectOptions<DB>) -> Option<&'static Server>;

    /// The options with another database. If a database is a file, `name` is its path, and the file
    /// is created.
    fn at(options: &ConnectOptions<DB>, name: &str) -> ConnectOptions<DB>;

    /// The URL for tests if no environment variable names a database.
=======
/// What `#[sqlx_transactional::test]` needs from a database.
#[doc(hidden)]
pub trait Cloning<DB: Database> {
    /// The SQL with which databases of tests are made on a server. `None` if a database is a file.
    fn server(options: &ConnectOptions<DB>) -> Option<&'static Server>;

    /// The same options with another database. If a database is a file: options for the file
    /// `name`, which is created.
    fn at(options: &ConnectOptions<DB>, name: &str) -> ConnectOptions<DB>;

    /// The URL that tests use if the environment names no database.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    fn url_by_default() -> Option<&'static str> {
        None
    }

<<<<<<< HEAD
    /// Whether each connection has a database of its own.
=======
    /// Whether each connection has its own database, as in memory.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    fn is_private(_: &ConnectOptions<DB>) -> bool {
        false
    }

<<<<<<< HEAD
    /// SQL that runs on a connection before its sandbox begins.
=======
    /// SQL to run on each connection before its sandbox begins.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    fn before_sandbox(_: &ConnectOptions<DB>) -> Option<&'static str> {
        None
    }

<<<<<<< HEAD
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
=======
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
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    pub(crate) try_lock: fn(&str) -> String,
    pub(crate) unlock: fn(&str) -> String,
    pub(crate) templates: Option<Templates>,
}

<<<<<<< HEAD
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
=======
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
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
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

<<<<<<< HEAD
    /// Database names contain the hash. With another function, the databases of older builds would
    /// not be found.
=======
    /// A process has to find the databases that an older build of it has left.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
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
