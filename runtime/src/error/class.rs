//! [`Class`], the kinds of failures that all databases have in common, and the HTTP status of each.
//!
//! `driver/classify.rs` finds the class of an error, and each driver maps its database's error
//! codes to classes.
use std::{error::Error as StdError, sync::Arc};

/// The kind of a failure, independent of the database that reported it.
///
/// [`Class::of`] finds the class of any error.
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
    /// The data violates a constraint.
    Constraint(Constraint),
    /// The transaction conflicts with a concurrent one. The whole transaction has to run again.
    Serialization,
    /// The database rolled this transaction back to resolve a deadlock.
    Deadlock,
    /// A lock was not available within the lock timeout.
    LockTimeout,
    /// SQLite could not obtain the database's lock, or the transaction tried to write after another
    /// one had changed the database since its snapshot.
    Busy,
    /// The connection could not be opened, or was lost.
    Connection,
    /// The pool had no free connection within its acquire timeout.
    PoolTimeout,
    /// The call's `timeout` or the server's statement timeout passed.
    Timeout,
    /// COMMIT was sent, and it is not known whether it took effect.
    CommitUnknown,
    /// The [`Db`](crate::Db) or its pool was closed.
    Closed,
    /// Any other failure.
    Other,
}

/// The kind of constraint that the data violates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Constraint {
    /// A unique constraint or primary key.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A NOT NULL constraint.
    NotNull,
    /// A CHECK constraint.
    Check,
    /// An exclusion constraint (PostgreSQL).
    Exclusion,
}

impl Class {
    /// The value of OpenTelemetry's attribute `error.type`, with the catch-all value `_OTHER`:
    /// <https://opentelemetry.io/docs/specs/semconv/attributes-registry/error/>.
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

    /// Whether the transaction may succeed if it is run again.
    ///
    /// Returns `true` for [`Serialization`](Self::Serialization), [`Deadlock`](Self::Deadlock),
    /// [`Busy`](Self::Busy) and [`Connection`](Self::Connection). Returns `false` for timeouts,
    /// because the call has already waited, and for [`CommitUnknown`](Self::CommitUnknown), because
    /// the transaction may be committed already.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Serialization | Self::Deadlock | Self::Busy | Self::Connection
        )
    }

    /// The HTTP status for a response to this failure.
    ///
    /// Responses that this crate makes of a transaction's own failures have the same status.
    ///
    /// | status | classes | what the client can do |
    /// |---|---|---|
    /// | 409 Conflict | [`Constraint`](Self::Constraint), [`Serialization`](Self::Serialization), [`Deadlock`](Self::Deadlock) | send other data, or retry |
    /// | 503 Service Unavailable | [`LockTimeout`](Self::LockTimeout), [`Busy`](Self::Busy), [`Connection`](Self::Connection), [`PoolTimeout`](Self::PoolTimeout), [`Closed`](Self::Closed) | retry later |
    /// | 504 Gateway Timeout | [`Timeout`](Self::Timeout) | retry later |
    /// | 500 Internal Server Error | [`CommitUnknown`](Self::CommitUnknown), where the data may be stored; [`Other`](Self::Other) | nothing |
    ///
    /// `sqlx::Error::RowNotFound` is [`Other`](Self::Other). Only the application knows whether a
    /// missing row means 404 Not Found.
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

/// Downcasts to a `sqlx::Error`, also one in a `Box` or an `Arc`, which error types hold it in.
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
