//! What kind of failure an error is, whichever database reported it and however far it has
//! travelled. The codes are the drivers'; this file owns the kinds and the walk along an error's
//! chain.
use std::{error::Error as StdError, sync::Arc};

/// The kind of a failure, the same for every database.
///
/// ```
/// use sqlx_transactional::Class;
///
/// assert_eq!(Class::of(&sqlx::Error::PoolTimedOut), Class::PoolTimeout);
/// assert_eq!(Class::PoolTimeout.http_status(), 503);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// A constraint refused the data.
    Constraint(Constraint),
    /// Concurrent transactions could not be ordered: the whole transaction has to run again.
    Serialization,
    /// The database chose this transaction to break a deadlock.
    Deadlock,
    /// A lock was not free within the time that the transaction was ready to wait.
    LockTimeout,
    /// `SQLite` could not get the database's lock, or the transaction's snapshot had become too old
    /// to write.
    Busy,
    /// The connection could not be made, or was lost.
    Connection,
    /// The pool had no connection within its acquire timeout.
    PoolTimeout,
    /// A deadline passed: the call's own, or a statement timeout of the server.
    Timeout,
    /// COMMIT was sent and it is not known whether it took effect.
    CommitUnknown,
    /// The [`Db`](crate::Db) or its pool was closed.
    Closed,
    /// Anything else.
    Other,
}

/// The constraint that refused the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Constraint {
    /// A unique or primary key.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A column that may not be null.
    NotNull,
    /// A check.
    Check,
    /// An exclusion constraint (PostgreSQL).
    Exclusion,
}

impl Class {
    /// What monitoring calls it: OpenTelemetry's `error.type`, where anything else is `_OTHER`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Constraint(_) => "constraint",
            Self::Serialization => "serialization",
            Self::Deadlock => "deadlock",
            Self::LockTimeout => "lock_timeout",
            Self::Busy => "busy",
            Self::Connection => "connection",
            Self::PoolTimeout => "pool_timeout",
            Self::Timeout => "timeout",
            Self::CommitUnknown => "commit_unknown",
            Self::Closed => "closed",
            Self::Other => "_OTHER",
        }
    }

    /// Whether the whole transaction may well succeed if it runs again.
    ///
    /// True for [`Serialization`](Self::Serialization), [`Deadlock`](Self::Deadlock),
    /// [`Busy`](Self::Busy) and [`Connection`](Self::Connection). Not for timeouts, which have
    /// already waited, and never for an unknown commit.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Serialization | Self::Deadlock | Self::Busy | Self::Connection
        )
    }

    /// The HTTP status that tells a client as much. It is the only place of the crate that knows
    /// statuses: responses that the transaction's own failures become have it too.
    ///
    /// | status | classes | for the client |
    /// |---|---|---|
    /// | 409 Conflict | [`Constraint`](Self::Constraint), [`Serialization`](Self::Serialization), [`Deadlock`](Self::Deadlock) | other data, or the same again |
    /// | 503 Service Unavailable | [`LockTimeout`](Self::LockTimeout), [`Busy`](Self::Busy), [`Connection`](Self::Connection), [`PoolTimeout`](Self::PoolTimeout), [`Closed`](Self::Closed) | the same again, later |
    /// | 504 Gateway Timeout | [`Timeout`](Self::Timeout) | the same again, later |
    /// | 500 Internal Server Error | [`CommitUnknown`](Self::CommitUnknown): it may be stored; [`Other`](Self::Other) | nothing |
    ///
    /// A row that was not found is [`Other`](Self::Other): whether that is a 404, the application
    /// knows.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Constraint(_) | Self::Serialization | Self::Deadlock => 409,
            Self::LockTimeout
            | Self::Busy
            | Self::Connection
            | Self::PoolTimeout
            | Self::Closed => 503,
            Self::Timeout => 504,
            Self::CommitUnknown | Self::Other => 500,
        }
    }
}

/// A `sqlx::Error` in one of the forms in which error types keep it.
pub(crate) fn sqlx_error<'e>(link: &'e (dyn StdError + 'static)) -> Option<&'e sqlx::Error> {
    link.downcast_ref::<sqlx::Error>()
        .or_else(|| {
            link.downcast_ref::<Box<sqlx::Error>>()
                .map(|error| &**error)
        })
        .or_else(|| {
            link.downcast_ref::<Arc<sqlx::Error>>()
                .map(|error| &**error)
        })
}
