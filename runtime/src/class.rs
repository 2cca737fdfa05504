//! What kind of failure an error is, whichever database reported it and however far it has
//! travelled. The codes are the drivers'; this file owns the kinds and the walk along an error's
//! chain.
use std::{error::Error as StdError, io, sync::Arc};

use sqlx::error::{DatabaseError, ErrorKind};

use crate::{
    cause::Cause,
    driver,
    error::{Elapsed, Error, NoAnswer},
};

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
    /// The class of `error`, found in it or in anything that its `source()` chain leads to;
    /// [`Class::Other`] if nothing there tells.
    ///
    /// It sees through `thiserror`'s `transparent`, `Box<sqlx::Error>` and `Arc<sqlx::Error>`. An
    /// [`io::Error`] that is not inside a `sqlx::Error` tells nothing: it may be the application's
    /// own.
    #[must_use]
    pub fn of(error: &(dyn StdError + 'static)) -> Self {
        let mut link = Some(error);
        while let Some(error) = link {
            if let Some(class) = Self::of_link(error) {
                return class;
            }
            link = error.source();
        }
        Self::Other
    }

    fn of_link(error: &(dyn StdError + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<Error>() {
            return Some(error.class());
        }
        if let Some(cause) = error.downcast_ref::<Cause>() {
            return Some(cause.class());
        }
        if error.is::<NoAnswer>() {
            return Some(Self::CommitUnknown);
        }
        if error.is::<Elapsed>() {
            return Some(Self::Timeout);
        }
        if let Some(error) = sqlx_error(error) {
            return Some(Self::of_sqlx(error));
        }
        if let Some(error) = error.downcast_ref::<Box<dyn DatabaseError>>() {
            return Some(Self::of_database(&**error));
        }
        error
            .downcast_ref::<io::Error>()
            .and_then(Error::inside)
            .map(Error::class)
    }

    pub(crate) fn of_sqlx(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => Self::of_database(&**error),
            sqlx::Error::Io(error) => Error::inside(error).map_or(Self::Connection, Error::class),
            sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => Self::Connection,
            sqlx::Error::PoolTimedOut => Self::PoolTimeout,
            sqlx::Error::PoolClosed => Self::Closed,
            _ => Self::Other,
        }
    }

    pub(crate) fn of_database(error: &dyn DatabaseError) -> Self {
        match error.kind() {
            ErrorKind::UniqueViolation => Self::Constraint(Constraint::Unique),
            ErrorKind::ForeignKeyViolation => Self::Constraint(Constraint::ForeignKey),
            ErrorKind::NotNullViolation => Self::Constraint(Constraint::NotNull),
            ErrorKind::CheckViolation => Self::Constraint(Constraint::Check),
            ErrorKind::ExclusionViolation => Self::Constraint(Constraint::Exclusion),
            _ => driver::class_by_code(error),
        }
    }

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

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;
    use crate::loan::tests::Refused;

    /// What `#[error(transparent)]` generates: `source()` is the inner error's, so the inner error
    /// is never seen in the chain.
    #[derive(Debug)]
    struct Transparent(sqlx::Error);

    impl fmt::Display for Transparent {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            fmt::Display::fmt(&self.0, f)
        }
    }

    impl StdError for Transparent {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            self.0.source()
        }
    }

    #[derive(Debug)]
    struct TransparentOverOurs(Error);

    impl fmt::Display for TransparentOverOurs {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            fmt::Display::fmt(&self.0, f)
        }
    }

    impl StdError for TransparentOverOurs {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            self.0.source()
        }
    }

    fn refused() -> sqlx::Error {
        sqlx::Error::Database(Box::new(Refused))
    }

    #[test]
    fn is_found_wherever_the_error_travelled() {
        let unique = Class::Constraint(Constraint::Unique);
        let cases: [(Box<dyn StdError>, Class); 14] = [
            (Box::new(refused()), unique),
            (Box::new(Box::new(refused())), unique),
            (Box::new(Arc::new(refused())), unique),
            (Box::new(Transparent(refused())), unique),
            (Box::new(Transparent(Error::Timeout.into())), Class::Timeout),
            (
                Box::new(sqlx::Error::Io(io::ErrorKind::ConnectionReset.into())),
                Class::Connection,
            ),
            (
                Box::new(sqlx::Error::from(Error::CommitUnknown {
                    source: NoAnswer(sqlx::Error::WorkerCrashed),
                })),
                Class::CommitUnknown,
            ),
            (
                Box::new(TransparentOverOurs(Error::CommitUnknown {
                    source: NoAnswer(sqlx::Error::WorkerCrashed),
                })),
                Class::CommitUnknown,
            ),
            (
                Box::new(TransparentOverOurs(Error::Timeout)),
                Class::Timeout,
            ),
            (Box::new(sqlx::Error::from(Error::Closed)), Class::Closed),
            (Box::new(sqlx::Error::from(Error::Cut)), Class::Closed),
            (Box::new(TransparentOverOurs(Error::Cut)), Class::Closed),
            (
                Box::new(io::Error::from(io::ErrorKind::ConnectionReset)),
                Class::Other,
            ),
            (Box::new(sqlx::Error::RowNotFound), Class::Other),
        ];
        for (error, class) in cases {
            assert_eq!(Class::of(&*error), class, "{error:?}");
        }
    }

    #[test]
    fn clients_are_told_to_come_again_of_what_passes_by_itself() {
        for class in [
            Class::LockTimeout,
            Class::Busy,
            Class::Connection,
            Class::PoolTimeout,
            Class::Closed,
        ] {
            assert_eq!(class.http_status(), 503, "{class:?}");
        }
        for class in [
            Class::Constraint(Constraint::Check),
            Class::Serialization,
            Class::Deadlock,
        ] {
            assert_eq!(class.http_status(), 409, "{class:?}");
        }
        assert_eq!(
            [Class::Timeout, Class::CommitUnknown, Class::Other].map(Class::http_status),
            [504, 500, 500]
        );
    }

    #[test]
    fn transient_is_what_a_second_run_can_mend() {
        let transient = [
            Class::Serialization,
            Class::Deadlock,
            Class::Busy,
            Class::Connection,
        ];
        let lasting = [
            Class::LockTimeout,
            Class::PoolTimeout,
            Class::Timeout,
            Class::CommitUnknown,
            Class::Closed,
            Class::Other,
        ];
        assert!(
            transient.into_iter().all(Class::is_transient)
                && !lasting.into_iter().any(Class::is_transient)
        );
    }
}
