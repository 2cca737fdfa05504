//! What a driver is asked, and what it answers.
#![cfg_attr(
    not(all(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(dead_code, reason = "no database uses all of them")
)]

use std::time::Duration;

use sqlx::SqlStr;

use crate::mode::Isolation;

/// What BEGIN asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is asked for by itself, or not"
)]
pub struct BeginOptions {
    pub(crate) isolation: Option<Isolation>,
    pub(crate) writes: bool,
    /// How long a statement may run on the server.
    pub(crate) timeout: Option<Duration>,
    /// How long a statement may wait for a lock.
    pub(crate) lock_timeout: Option<Duration>,
    /// Whether to wait for a snapshot that needs no checks.
    pub(crate) deferrable: bool,
    /// Whether COMMIT may answer before its data is safe from a crash.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "only PostgreSQL can")
    )]
    pub(crate) relaxed: bool,
    /// Whether it must be possible to find out what has become of a COMMIT that was not answered.
    pub(crate) resolvable: bool,
    /// Whether a savepoint stands for the transaction, inside another one that is never committed.
    #[cfg(feature = "test")]
    pub(crate) enclosed: bool,
}

impl BeginOptions {
    /// What a transaction asks for without any option.
    pub(crate) const fn plain(writes: bool) -> Self {
        Self {
            isolation: None,
            writes,
            timeout: None,
            lock_timeout: None,
            deferrable: false,
            relaxed: false,
            resolvable: false,
            #[cfg(feature = "test")]
            enclosed: false,
        }
    }
}

/// What came of BEGIN.
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "not every database tells all of them")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeginOutcome {
    /// A transaction that sees what it has to.
    Ready,
    /// One on a replica that has not come that far.
    Behind,
    /// One on a server that is no replica, or not of the kind that the token is of: it cannot be
    /// known what it sees.
    Unknown,
    /// The one that somebody had left open on this pooled connection.
    Inherited,
}

/// What has become of a COMMIT that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    Committed,
    /// And it cannot be committed any more.
    RolledBack,
    /// The server still works on it.
    Pending,
    /// Nobody knows any more.
    Lost,
}

/// Why a savepoint of ours could not be released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// It is gone, and the transaction that it was set in.
    Gone,
    /// The transaction is aborted, by a statement that was not seen.
    Aborted,
}

/// A statement about a connection in trouble, to be run on another one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Signal {
    pub(crate) sql: SqlStr,
    /// The server's process or thread, for the log.
    pub(crate) process: u64,
    /// An error that means that there was nothing to do.
    pub(crate) is_void: fn(&sqlx::Error) -> bool,
}

/// The statements that tell, on another connection, whether a transaction was committed.
#[doc(hidden)]
#[derive(Debug)]
pub struct Inquiry {
    /// In this order; one that returns a row ends the inquiry with its resolution, if it has one.
    pub(crate) steps: Vec<(SqlStr, Option<Resolution>)>,
    pub(crate) otherwise: Resolution,
}

impl Default for Inquiry {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            otherwise: Resolution::Lost,
        }
    }
}
