//! What holds for every connection to one kind of database, whatever it is reached through.
#[cfg(feature = "migrate")]
use sqlx::SqlStr;

use crate::{
    driver::{
        begin::Release,
        effect::{CancelEffect, ErrorEffect, Progress},
    },
    sql::Dialect,
};

/// The rules of one database: constants, and what its errors mean for a transaction.
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
    /// The database is reached over a socket: it may fall silent, and a connection in trouble is
    /// closed. Not so for SQLite, where closing the last connection can end the database.
    pub(crate) is_remote: bool,
    /// A transaction that writes waits for every other one that does.
    pub(crate) has_one_writer: bool,
    /// The server executes COMMIT once it was polled, and the connection may go back to its pool
    /// before the answer has arrived.
    pub(crate) commits_by_one_poll: bool,
    /// The statements that take the lock for migrations and release it, where sqlx's own lock does
    /// not keep other processes out.
    #[cfg(feature = "migrate")]
    pub(crate) migration_lock: Option<(SqlStr, SqlStr)>,
    /// A write that is stopped takes its whole transaction along, whatever savepoint it is behind.
    #[cfg(feature = "test")]
    pub(crate) rolls_back_what_is_stopped: bool,
    /// What an error means for the transaction it happened in.
    pub(crate) effect: fn(&sqlx::Error) -> ErrorEffect,
    /// What a statement means for its transaction that was dropped; the flag: it only reads.
    pub(crate) cut: fn(Progress, bool) -> CancelEffect,
    /// BEGIN failed because the pooled connection was inside a transaction already.
    pub(crate) is_inherited: fn(&sqlx::Error) -> bool,
    /// What the error of a savepoint's release says about the transaction.
    pub(crate) release_failed: fn(&sqlx::Error) -> Option<Release>,
}

impl Rules {
    /// A connection is out of step once a statement was dropped that waited for its answer.
    pub(crate) fn breaks_when_cancelled(&self) -> bool {
        (self.cut)(Progress::Waiting, true) == CancelEffect::Breaks
    }
}

/// The effect of an error that says that the connection is gone, whatever the database.
pub(crate) fn effect_of_connection(error: &sqlx::Error) -> ErrorEffect {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => ErrorEffect::Breaks,
        _ => ErrorEffect::None,
    }
}
