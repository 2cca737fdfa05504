//! The failures that are ours: what they mean, how they become a `sqlx::Error` where the user's
//! error takes nothing else, and how they are found again.
pub(crate) mod cause;
pub(crate) mod class;
pub(crate) mod tracked;

use std::{borrow::Cow, error::Error as StdError, fmt, io};

use crate::error::{
    cause::Cause,
    class::{Class, sqlx_error},
};

/// Why a call failed although its body and the database did not say so themselves.
///
/// An error type that implements `From<sqlx_transactional::Error>` receives it as it is
/// (`anyhow::Error`, `eyre::Report` and `Box<dyn Error>` do); any other receives the `sqlx::Error`
/// that fits best. [`Error::find`] finds it in both.
///
/// Failures of the database itself (no connection, an error of BEGIN or COMMIT) stay the
/// `sqlx::Error` that they are.
///
/// An error enum holds it best as `#[error("{0}")] Transaction(#[from] sqlx_transactional::Error)`.
/// With `#[error(transparent)]`, thiserror leaves the error itself out of the chain: [`Class::of`]
/// still tells its class, [`Error::find`] finds nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The body returned `Ok`, but its transaction had failed before: everything was rolled back.
    #[non_exhaustive]
    RolledBack {
        /// The error that the body swallowed, if a statement's.
        cause: Option<Cause>,
        /// The function that joined the transaction, wrote, and failed, or that asked for a
        /// rollback.
        by: Option<&'static str>,
    },
    /// COMMIT was sent and no answer came: the transaction is stored, or it is not.
    #[non_exhaustive]
    CommitUnknown {
        /// What happened instead of an answer.
        source: NoAnswer,
    },
    /// The call's `timeout` passed. The transaction was rolled back.
    Timeout,
    /// [`Db::close`](crate::Db::close) was called before the call: nothing was sent.
    Closed,
    /// The call was still running at the deadline of [`Db::close`](crate::Db::close), and was
    /// rolled back.
    Cut,
    /// A statement was not sent, because its transaction had already failed.
    #[non_exhaustive]
    Ended {
        /// The error with which it failed.
        cause: Cause,
    },
    /// A joined call or a statement was cancelled half-way: what it did is not known, so the
    /// transaction can only roll back.
    Poisoned,
    /// A statement was not sent, because it would have ended the transaction or broken its
    /// connection: the transaction goes on. Or it was found at the end that the transaction had
    /// been ended through [`Session::connection`](crate::Session::connection) or a stored
    /// procedure.
    #[non_exhaustive]
    TransactionControl {
        /// The leading words of the statement.
        statement: &'static str,
        /// What would have happened, and what to do instead.
        reason: &'static str,
    },
}

impl Error {
    /// Finds an error of this crate in `error` or in anything that its `source()` chain leads to.
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

    /// The error of this crate that `error` was made from.
    pub(crate) fn inside(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// What the refusal of a statement is when it comes to COMMIT, or to the release of a savepoint.
    pub(crate) fn at_commit(self) -> Self {
        match self {
            Self::Ended { cause } => Self::RolledBack {
                cause: Some(cause),
                by: None,
            },
            other => other,
        }
    }

    /// The class: that of the cause, where there is one.
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

    /// The SQLSTATE that says as much: the cause's, where it has one; 08007 for an unknown commit,
    /// 57014 for a timeout, 57P01 where the database was closed, 2D000 for transaction control.
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

/// What happened in place of the answer to COMMIT.
///
/// A link of its own in the chain: where an error type shows only the chain of ours, a lost
/// connection must not look as if nothing had been sent on it.
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

/// The end of a timeout's chain.
#[derive(Debug)]
pub(crate) struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline has passed")
    }
}

impl StdError for Elapsed {}

/// The natural `sqlx::Error`: what existing code already maps. Never `Database` with a type of ours
/// inside, which would panic in the common `downcast_ref::<PgDatabaseError>()`.
impl From<Error> for sqlx::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::RolledBack {
                cause: Some(cause),
                by,
            } => cause.into_sqlx(|cause| Error::RolledBack {
                cause: Some(cause),
                by,
            }),
            Error::Ended { cause } => cause.into_sqlx(|cause| Error::Ended { cause }),
            Error::Timeout => Self::Io(io::Error::new(io::ErrorKind::TimedOut, error)),
            Error::CommitUnknown { .. } => Self::Io(io::Error::other(error)),
            Error::Closed => Self::PoolClosed,
            Error::Cut => Self::Io(io::Error::new(io::ErrorKind::ConnectionAborted, error)),
            Error::RolledBack { cause: None, .. }
            | Error::Poisoned
            | Error::TransactionControl { .. } => Self::InvalidArgument(error.to_string()),
        }
    }
}

/// What can go wrong around a body: an error of the database, or one of ours.
#[doc(hidden)]
#[derive(Debug)]
pub enum Failure {
    Database(sqlx::Error),
    Ours(Error),
}

impl Failure {
    /// As what knows `sqlx::Error` only receives it.
    pub(crate) fn flattened(self) -> sqlx::Error {
        match self {
            Self::Database(error) => error,
            Self::Ours(error) => error.into(),
        }
    }

    /// The SQLSTATE, or what the database has in its place.
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
