//! The requests that `transaction` makes to a driver, and the driver's answers: options and outcome
//! of BEGIN, the resolution of an unanswered COMMIT, signals from another connection.
#![cfg_attr(
    not(all(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(dead_code, reason = "no database uses all of them")
)]

use std::time::Duration;

use sqlx::SqlStr;

use crate::mode::Isolation;

/// The options of BEGIN.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is asked for by itself, or not"
)]
pub struct BeginOptions {
    pub(crate) isolation: Option<Isolation>,
    pub(crate) writes: bool,
    /// How long the server lets a statement run.
    pub(crate) timeout: Option<Duration>,
    /// How long a statement may wait for a lock.
    pub(crate) lock_timeout: Option<Duration>,
    /// Whether BEGIN is DEFERRABLE (PostgreSQL).
    pub(crate) deferrable: bool,
    /// Whether COMMIT may answer before its data is on disk.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "only PostgreSQL can")
    )]
    pub(crate) relaxed: bool,
    /// Whether the outcome of an unanswered COMMIT can be found out afterwards (`exactly_once`).
    pub(crate) resolvable: bool,
    /// Whether the transaction is a savepoint in the transaction of a sandbox.
    #[cfg(feature = "test")]
    pub(crate) enclosed: bool,
}

impl BeginOptions {
    /// The options of a transaction for which the attribute and the `Db` set none.
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

/// The outcome of BEGIN.
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "not every database tells all of them")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeginOutcome {
    /// A new transaction, which sees the commit that was asked for.
    Ready,
    /// A new transaction on a replica that has not replayed that commit yet.
    Behind,
    /// A new transaction on a server that is not a replica, or which has positions of another
    /// kind than the token. It is not known whether the transaction sees the commit.
    Unknown,
    /// An earlier user of this pooled connection had left a transaction open, so BEGIN did not
    /// begin a new one.
    Inherited,
}

/// The outcome of a COMMIT that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    Committed,
    /// The transaction is rolled back, or can no longer be committed.
    RolledBack,
    /// The transaction is still in progress on the server.
    Pending,
    /// The server keeps no record of the transaction, or none any more.
    Lost,
}

/// Why a savepoint that this crate had set could not be released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// The savepoint does not exist any more: the transaction in which it was set has ended.
    Gone,
    /// The transaction is aborted by a statement that did not pass through the session.
    Aborted,
}

/// A statement that stops or closes a connection, and that is sent on another connection.
#[doc(hidden)]
#[derive(Debug)]
pub struct Signal {
    pub(crate) sql: SqlStr,
    /// The id of the server's process or thread, for the log.
    pub(crate) process: u64,
    /// Whether an error of the statement means that the process or thread has already ended.
    pub(crate) is_void: fn(&sqlx::Error) -> bool,
}

/// The statements that tell, on another connection, whether a transaction was committed.
#[doc(hidden)]
#[derive(Debug)]
pub struct Inquiry {
    /// The statements in the order in which they are sent. The first one that has a resolution and
    /// returns a row ends the inquiry with that resolution.
    pub(crate) steps: Vec<(SqlStr, Option<Resolution>)>,
    /// The resolution if no step ends the inquiry.
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
