//! A database's side of tests: what they run on where nothing says so, and databases of their own,
//! which are made on a server, told from those of others by a lock, and dropped.
use sqlx::Database;

use crate::driver::connect::ConnectOptions;

/// What tests ask of a database.
#[doc(hidden)]
pub trait Cloning<DB: Database> {
    /// What a database of a test's own is made with; none where it is a file.
    fn server(options: &ConnectOptions<DB>) -> Option<&'static Server>;

    /// The same, but for the database; where it is a file, this file, which is created.
    fn at(options: &ConnectOptions<DB>, name: &str) -> ConnectOptions<DB>;

    /// Where tests run that no variable says anything of.
    fn url_by_default() -> Option<&'static str> {
        None
    }

    /// Whether each connection has a database to itself.
    fn is_private(_: &ConnectOptions<DB>) -> bool {
        false
    }

    /// Runs on each connection before its sandbox begins.
    fn before_sandbox(_: &ConnectOptions<DB>) -> Option<&'static str> {
        None
    }

    /// Changes the options to some with which no connection is made.
    fn lead_nowhere(options: &mut ConnectOptions<DB>);
}

/// The SQL of a server. All names are made of small letters, digits and underscores.
#[doc(hidden)]
#[derive(Debug)]
pub struct Server {
    /// The database that the connection is in.
    pub(crate) current: &'static str,
    /// The databases whose names begin with `sqlx_tx_`.
    pub(crate) ours: &'static str,
    /// What the current database says of those that are made like it, for the end of CREATE
    /// DATABASE.
    pub(crate) manner: Option<&'static str>,
    /// Drops a database, whoever is connected to it.
    pub(crate) drop: fn(&str) -> String,
    /// Takes the lock of that name until the connection is closed, if it is free: one row if it
    /// was.
    pub(crate) try_lock: fn(&str) -> String,
    pub(crate) unlock: fn(&str) -> String,
    pub(crate) templates: Option<Templates>,
}

/// How a database is made as a copy of another.
#[doc(hidden)]
#[derive(Debug)]
pub(crate) struct Templates {
    /// Takes the lock of that name, when it is free.
    pub(crate) lock: fn(&str) -> String,
    /// One row if the database is there and nobody can be connected to it.
    pub(crate) is_finished: fn(&str) -> String,
    /// From here on nobody connects to it, which would keep it from being copied.
    pub(crate) finish: fn(&str) -> String,
    /// For the end of CREATE DATABASE.
    pub(crate) manner: fn(&str) -> String,
}

/// The same for the same parts, in every process, whatever it was built with: FNV-1a. The parts are
/// kept apart.
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

    /// Names are shared by processes: another function would not find what an older one has left.
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
