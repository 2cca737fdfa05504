//! Finds the [`Class`] of an error: searches its source chain, and passes a database's error to the
//! driver of that database.
//!
//! The codes are in the drivers; the enum is in `error/class.rs`.
use std::{error::Error as StdError, io};

use sqlx::error::{DatabaseError, ErrorKind};

#[cfg(feature = "mysql")]
use crate::driver::mysql;
#[cfg(feature = "postgres")]
use crate::driver::postgres;
#[cfg(feature = "sqlite")]
use crate::driver::sqlite;
use crate::error::{
    Elapsed, Error, NoAnswer,
    cause::Cause,
    class::{Class, Constraint, sqlx_error},
};

impl Class {
    /// Returns the class of `error`: the class of the first error in its `source()` chain that has
    /// one, or [`Class::Other`].
    ///
    /// Also finds errors behind thiserror's `#[error(transparent)]`, and in a `Box<sqlx::Error>` or
    /// an `Arc<sqlx::Error>`. An [`io::Error`] that is not inside a `sqlx::Error` may be the
    /// application's own, so it is [`Class::Other`].
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
            _ => class_by_code(error),
        }
    }
}

/// Passes the error to the driver of the database that reported it.
fn class_by_code(error: &dyn DatabaseError) -> Class {
    #[cfg(feature = "postgres")]
    if let Some(error) = error.try_downcast_ref() {
        return postgres::class(error);
    }
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref() {
        return mysql::class(error);
    }
    #[cfg(feature = "sqlite")]
    if let Some(error) = error.try_downcast_ref() {
        return sqlite::class(error);
    }
    let _ = error;
    Class::Other
}

#[cfg(test)]
mod tests {
    use std::{fmt, sync::Arc};

    use super::*;
    use crate::error::tracked::tests::Refused;

    /// What `#[error(transparent)]` generates: `source()` returns the source of the inner error, so
    /// the inner error itself is not in the chain.
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
