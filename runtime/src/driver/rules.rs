//! [`Rules`], the constants of a database: its properties, and the effects of its errors and of
//! dropped statements.
//!
//! They hold for its own sqlx driver and for `Any`. Each driver defines its own as `RULES`.
#[cfg(feature = "migrate")]
use sqlx::SqlStr;

use crate::{
    driver::{
        begin::Release,
        effect::{CancelEffect, ErrorEffect, Progress},
    },
    sql::Dialect,
};

/// The properties of one database, and the effects of its errors on a transaction.
#[doc(hidden)]
#[derive(Debug)]
#[cfg_attr(
    feature = "test",
    expect(
        clippy::struct_excessive_bools,
        reason = "each is true of a database by itself, or not"
    )
)]
pub struct Rules {
    pub(crate) dialect: Dialect,
    /// The database is reached over a socket. It may stop answering, so waits for it have a
    /// deadline, and a connection that cannot be rolled back is closed. A connection to SQLite is
    /// kept instead: closing the last one to a database in memory deletes the database.
    pub(crate) is_remote: bool,
    /// The database runs one writing transaction at a time. Others wait for it.
    pub(crate) has_one_writer: bool,
    /// One poll sends COMMIT completely, and the connection may go back to its pool before the
    /// answer has arrived.
    pub(crate) commits_by_one_poll: bool,
    /// The statements that take and release a lock for migrations, for a database on which sqlx's
    /// own lock does not exclude other processes.
    #[cfg(feature = "migrate")]
    pub(crate) migration_lock: Option<(SqlStr, SqlStr)>,
    /// The database rolls back the whole transaction when a write is stopped, not only to the
    /// innermost savepoint.
    #[cfg(feature = "test")]
    pub(crate) rolls_back_what_is_stopped: bool,
    /// The effect of a statement's error on its transaction.
    pub(crate) effect: fn(&sqlx::Error) -> ErrorEffect,
    /// The effect of a dropped statement on its transaction. The flag is true if the statement only
    /// reads.
    pub(crate) cut: fn(Progress, bool) -> CancelEffect,
    /// Whether BEGIN failed because the pooled connection was already inside a transaction.
    pub(crate) is_inherited: fn(&sqlx::Error) -> bool,
    /// What an error of RELEASE SAVEPOINT says about the transaction. `None` if it says nothing.
    pub(crate) release_failed: fn(&sqlx::Error) -> Option<Release>,
}

impl Rules {
    /// Whether dropping a statement that waits for its answer makes its connection unusable.
    pub(crate) fn breaks_when_cancelled(&self) -> bool {
        (self.cut)(Progress::Waiting, true) == CancelEffect::Breaks
    }
}

/// The effect of an error that sqlx itself reports, on any database: errors of the connection break
/// it, others change nothing.
pub(crate) fn effect_of_connection(error: &sqlx::Error) -> ErrorEffect {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => ErrorEffect::Breaks,
        _ => ErrorEffect::None,
    }
}
