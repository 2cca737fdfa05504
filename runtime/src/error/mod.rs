//! The public [`Error`] of this crate: its variants, their classes and SQLSTATEs, the conversion to
//! `sqlx::Error`, and the search for it in an error's source chain.
//!
//! The classes themselves are in `class`, the error that made a transaction fail is in `cause`. The
//! mapping from a database's error codes to classes belongs to the drivers.
pub(crate) mod cause;
pub(crate) mod class;
pub(crate) mod tracked;

use std::{borrow::Cow, error::Error as StdError, fmt, io};

use crate::error::{
    cause::Cause,
    class::{Class, sqlx_error},
};

/// An error that this crate reports about a transaction, such as a timeout or a rollback that the
/// body did not ask for.
///
/// Errors of the database itself (no connection, a failed BEGIN or COMMIT) are reported as
/// `sqlx::Error`, not as this type.
///
/// A function with an error type that implements `From<sqlx_transactional::Error>` returns this
/// error unchanged; `anyhow::Error`, `eyre::Report` and `Box<dyn Error>` implement it. A function
/// with any other error type returns a `sqlx::Error::Io` that holds this error, whichever variant
/// it is. Its kind is `TimedOut` for [`Timeout`](Self::Timeout), `ConnectionAborted` for
/// [`Cut`](Self::Cut), `NotConnected` for [`Closed`](Self::Closed), and `Other` for the rest.
///
/// [`Error::find`] finds this error, and [`Class::of`] returns its class, wherever it has
/// travelled. Match on these two, not on the variant of `sqlx::Error`.
///
/// In an error enum, declare it as
/// `#[error("{0}")] Transaction(#[from] sqlx_transactional::Error)`. With `#[error(transparent)]`,
/// thiserror leaves the error itself out of the source chain: [`Class::of`] still returns its
/// class, but [`Error::find`] returns `None`.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The body returned `Ok`, but its transaction had already failed. The transaction was rolled
    /// back.
    #[non_exhaustive]
    RolledBack {
        /// The statement's error, which the body did not return. `None` if no statement failed.
        cause: Option<Cause>,
        /// The function that joined the transaction and either failed after it had written, or
        /// asked for a rollback.
        by: Option<&'static str>,
    },
    /// COMMIT was sent and the database did not answer. The transaction may or may not be
    /// committed.
    #[non_exhaustive]
    CommitUnknown {
        /// The error that occurred instead of an answer.
        source: NoAnswer,
    },
    /// The call's `timeout` passed. The transaction was rolled back.
    Timeout,
    /// [`Db::close`](crate::Db::close) had been called before this call began. Nothing was sent to
    /// the database.
    Closed,
    /// The call was still running at the deadline of [`Db::close`](crate::Db::close). The
    /// transaction was rolled back.
    Cut,
    /// A statement was not sent, because its transaction had already failed.
    #[non_exhaustive]
    Ended {
        /// The error that made the transaction fail.
        cause: Cause,
    },
    /// A joined call or a statement was cancelled before it had finished. How much of it took
    /// effect is not known, so the transaction can only be rolled back.
    Poisoned,
    /// A statement would have ended the transaction or broken its connection. The statement was not
    /// sent, and the transaction goes on.
    ///
    /// COMMIT also fails with this error if the transaction turns out to have been ended before,
    /// through [`Session::connection`](crate::Session::connection) or by a stored procedure.
    #[non_exhaustive]
    TransactionControl {
        /// The first words of the statement.
        statement: &'static str,
        /// The reason, and what to do instead.
        reason: &'static str,
    },
}

impl Error {
    /// Finds an error of this crate in `error` or in its `source()` chain, also where it was
    /// converted to a `sqlx::Error`.
    ///
    /// ```
    /// use sqlx_transactional::Error;
    ///
    /// let flattened = sqlx::Error::from(Error::Timeout);
    /// assert!(matches!(Error::find(&flattened), Some(Error::Timeout)));
    /// ```
    #[must_use]
    pub fn find<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e Self> {
        let mut link = Some(error);
        while let Some(error) = link {
            let found = error
                .downcast_ref()
                .or_else(|| error.downcast_ref::<io::Error>().and_then(Self::inside))
                .or_else(|| match sqlx_error(error) {
                    Some(sqlx::Error::Io(error)) => Self::inside(error),
                    _ => None,
                });
            if found.is_some() {
                return found;
            }
            link = error.source();
        }
        None
    }

    /// The error of this crate that `error` wraps.
    pub(crate) fn inside(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Converts the error that refuses a statement into the one that COMMIT or the release of a
    /// savepoint reports: the body returned `Ok`, so `Ended` becomes `RolledBack`.
    pub(crate) fn at_commit(self) -> Self {
        match self {
            Self::Ended { cause } => Self::RolledBack {
                cause: Some(cause),
                by: None,
            },
            other => other,
        }
    }

    /// The class of this error: the class of its cause, if it has one.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::RolledBack {
                cause: Some(cause), ..
            }
            | Self::Ended { cause } => cause.class(),
            Self::CommitUnknown { .. } => Class::CommitUnknown,
            Self::Timeout => Class::Timeout,
            Self::Closed | Self::Cut => Class::Closed,
            Self::RolledBack { cause: None, .. }
            | Self::Poisoned
            | Self::TransactionControl { .. } => Class::Other,
        }
    }

    /// The SQLSTATE that corresponds to this error.
    ///
    /// | variant | SQLSTATE |
    /// |---|---|
    /// | [`RolledBack`](Self::RolledBack), [`Ended`](Self::Ended) | the code of the cause, see [`Cause::code`] |
    /// | [`CommitUnknown`](Self::CommitUnknown) | 08007, `transaction_resolution_unknown` |
    /// | [`Timeout`](Self::Timeout) | 57014, `query_canceled` |
    /// | [`Closed`](Self::Closed), [`Cut`](Self::Cut) | 57P01, `admin_shutdown` |
    /// | [`TransactionControl`](Self::TransactionControl) | 2D000, `invalid_transaction_termination` |
    /// | [`Poisoned`](Self::Poisoned), or no cause | `None` |
    ///
    /// The names are PostgreSQL's:
    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Self::RolledBack {
                cause: Some(cause), ..
            }
            | Self::Ended { cause } => cause.code(),
            Self::CommitUnknown { .. } => Some("08007"),
            Self::Timeout => Some("57014"),
            Self::Closed | Self::Cut => Some("57P01"),
            Self::TransactionControl { .. } => Some("2D000"),
            Self::RolledBack { cause: None, .. } | Self::Poisoned => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RolledBack { cause: Some(cause), .. } => {
                write!(f, "the function returned Ok, but its transaction had failed and was rolled back: {cause}")
            }
            Self::RolledBack { cause: None, by } => write!(
                f,
                "the function returned Ok, but its transaction was rolled back: `{}` had joined it, and failed after it had written or asked \
                 for a rollback; with `nested` it would be undone alone",
                by.unwrap_or("a joined function"),
            ),
            Self::CommitUnknown { .. } => {
                f.write_str("COMMIT was sent and no answer came: the transaction may be stored or not, look before you run it again")
            }
            Self::Timeout => f.write_str("the transaction did not finish within its timeout and was rolled back"),
            Self::Closed => f.write_str("the database handle is closed, no new calls are taken"),
            Self::Cut => f.write_str("the transaction did not finish before the database handle was closed, and was rolled back"),
            Self::Ended { cause } => write!(f, "the statement was not sent, its transaction had already failed: {cause}"),
            Self::Poisoned => {
                f.write_str("a joined call or a statement of this transaction was cancelled half-way, so it can only roll back")
            }
            Self::TransactionControl { statement, reason } => write!(f, "`{statement}` {reason}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::RolledBack { cause, .. } => cause.as_ref().map(|cause| cause as _),
            Self::Ended { cause } => Some(cause),
            Self::CommitUnknown { source } => Some(source),
            Self::Timeout => Some(&Elapsed),
            Self::Closed | Self::Cut => Some(&sqlx::Error::PoolClosed),
            Self::Poisoned | Self::TransactionControl { .. } => None,
        }
    }
}

/// The error that occurred instead of an answer to COMMIT; the source of
/// [`Error::CommitUnknown`].
///
/// The `sqlx::Error` is the [`source`](StdError::source) of this type. [`Class::of`] returns
/// [`Class::CommitUnknown`] for it.
// A type of its own, because `#[error(transparent)]` shows only the sources of `Error`. A bare
// `sqlx::Error::Io` there would be classified as a lost connection, which is safe to retry.
#[derive(Debug)]
pub struct NoAnswer(pub(crate) sqlx::Error);

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer to COMMIT: {}", self.0)
    }
}

impl StdError for NoAnswer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

/// The source of [`Error::Timeout`], by which [`Class::of`] recognises a timeout behind
/// `#[error(transparent)]`.
#[derive(Debug)]
pub(crate) struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline has passed")
    }
}

impl StdError for Elapsed {}

/// Converts to a `sqlx::Error::Io` that holds the error, so that [`Error::find`] finds it again.
// Never `sqlx::Error::Database` with a type of this crate: sqlx's
// `downcast_ref::<PgDatabaseError>()`, which applications call on it, would panic.
impl From<Error> for sqlx::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Timeout => io::ErrorKind::TimedOut,
            Error::Cut => io::ErrorKind::ConnectionAborted,
            Error::Closed => io::ErrorKind::NotConnected,
            _ => io::ErrorKind::Other,
        };
        Self::Io(io::Error::new(kind, error))
    }
}

/// An error that occurs outside the body: one of the database, or one of this crate.
#[doc(hidden)]
#[derive(Debug)]
pub enum Failure {
    Database(sqlx::Error),
    Ours(Error),
}

impl Failure {
    /// Converts to `sqlx::Error`, for error types that convert from that only.
    pub(crate) fn flattened(self) -> sqlx::Error {
        match self {
            Self::Database(error) => error,
            Self::Ours(error) => error.into(),
        }
    }

    /// The SQLSTATE, or the database's own code if it has no SQLSTATEs.
    pub(crate) fn code(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Database(error) => error.as_database_error()?.code(),
            Self::Ours(error) => error.sqlstate().map(Cow::Borrowed),
        }
    }

    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Database(error) => Class::of_sqlx(error),
            Self::Ours(error) => error.class(),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{cause::ObservedError, tracked::tests::Refused};

    fn cause() -> Cause {
        let (error, observed) = ObservedError::of(sqlx::Error::Database(Box::new(Refused)));
        drop(error);
        observed.into_cause()
    }

    /// One of each variant. A new variant does not compile until it stands here.
    fn each() -> Vec<Error> {
        fn is_listed(error: &Error) {
            match error {
                Error::RolledBack { .. }
                | Error::CommitUnknown { .. }
                | Error::Timeout
                | Error::Closed
                | Error::Cut
                | Error::Ended { .. }
                | Error::Poisoned
                | Error::TransactionControl { .. } => {}
            }
        }
        let each = vec![
            Error::RolledBack {
                cause: Some(cause()),
                by: None,
            },
            Error::RolledBack {
                cause: None,
                by: Some("callee"),
            },
            Error::CommitUnknown {
                source: NoAnswer(sqlx::Error::WorkerCrashed),
            },
            Error::Timeout,
            Error::Closed,
            Error::Cut,
            Error::Ended { cause: cause() },
            Error::Poisoned,
            Error::TransactionControl {
                statement: "COMMIT",
                reason: "was not sent",
            },
        ];
        each.iter().for_each(is_listed);
        each
    }

    /// What thiserror generates for `#[from] sqlx::Error`, with and without `transparent`.
    #[derive(Debug)]
    struct Wrapper {
        error: sqlx::Error,
        transparent: bool,
    }

    impl fmt::Display for Wrapper {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a wrapper")
        }
    }

    impl StdError for Wrapper {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            if self.transparent {
                self.error.source()
            } else {
                Some(&self.error)
            }
        }
    }

    #[test]
    fn each_variant_is_found_wherever_it_travels() {
        for transparent in [false, true] {
            for error in each() {
                let (text, class) = (error.to_string(), error.class());
                let flattened = sqlx::Error::from(error);
                assert_eq!(Class::of(&flattened), class, "{text}");
                assert_eq!(
                    Error::find(&flattened).map(ToString::to_string).as_deref(),
                    Some(&*text)
                );
                let boxed: Box<dyn StdError> = Box::new(Wrapper {
                    error: flattened,
                    transparent,
                });
                assert_eq!(Class::of(&*boxed), class, "{text}");
                assert_eq!(
                    Error::find(&*boxed).map(ToString::to_string).as_deref(),
                    Some(&*text)
                );
            }
        }
    }

    #[test]
    fn the_chain_still_leads_to_the_error_of_the_database() {
        let flattened = sqlx::Error::from(Error::Ended { cause: cause() });
        let mut link: Option<&(dyn StdError + 'static)> = flattened.source();
        while let Some(error) = link {
            if sqlx_error(error).is_some_and(|error| error.as_database_error().is_some()) {
                return;
            }
            link = error.source();
        }
        panic!("no error of the database in the chain of {flattened}");
    }
}
