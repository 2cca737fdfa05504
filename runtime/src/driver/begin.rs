//! What a driver is asked, and what it answers.
use std::time::Duration;

use crate::mode::Isolation;

/// What BEGIN asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is asked for by itself, or not"
)]
pub struct Opening {
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
    /// How long the answer to COMMIT is waited for.
    pub(crate) commit_timeout: Duration,
    /// Whether the connection is a sandbox's: a savepoint stands for the transaction.
    pub(crate) sandboxed: bool,
}

impl Opening {
    /// What a plain transaction asks for that only reads.
    pub(crate) const fn reading() -> Self {
        Self {
            isolation: None,
            writes: false,
            timeout: None,
            lock_timeout: None,
            deferrable: false,
            relaxed: false,
            resolvable: false,
            commit_timeout: Duration::ZERO,
            sandboxed: false,
        }
    }
}

/// What came of BEGIN.
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "not every database tells all of them")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
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
pub enum Resolution {
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
pub enum Release {
    /// It is gone, and the transaction that it was set in.
    Gone,
    /// The transaction is aborted, by a statement that was not seen.
    Aborted,
}
