//! [`Cause`], the error that made a transaction fail, and `ObservedError`, what a session remembers
//! of an error while the body owns it.
//!
//! The effect of an error on the transaction belongs to `transaction/state`, and the wrapper that
//! hands a dropped error back belongs to `tracked`.
use std::{error::Error as StdError, fmt, io};

use sqlx::error::DatabaseError;

use crate::error::{
    class::Class,
    tracked::{ErrorSlot, TrackedError},
};

/// The error that made a transaction fail.
///
/// Its [`source()`](StdError::source) is the `sqlx::Error` that the statement returned to the body,
/// so that [`Class::of`] and downcasts work on it. There is no source if the body still owns that
/// error.
pub struct Cause {
    facts: Facts,
    error: Option<sqlx::Error>,
}

#[derive(Clone)]
struct Facts {
    class: Class,
    code: Option<String>,
    text: String,
}

impl Cause {
    /// The class of the error.
    #[must_use]
    pub fn class(&self) -> Class {
        self.facts.class
    }

    /// The database's code: a SQLSTATE, or SQLite's extended result code in decimal. `None` for an
    /// error that the database did not report, such as a lost connection.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.facts.code.as_deref()
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cause")
            .field("class", &self.facts.class)
            .field("code", &self.facts.code)
            .field("text", &self.facts.text)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.facts.text)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}

/// What a session remembers of a statement's error after it has returned the error to the body.
pub(crate) struct ObservedError {
    facts: Facts,
    kept: Kept,
}

/// How to obtain the error again, which the body owns: `sqlx::Error` is not `Clone`.
enum Kept {
    /// The slot receives the error when the body drops it.
    Tracked(ErrorSlot),
    // These three are rebuilt from the text. sqlx's other errors are not kept.
    Io(io::ErrorKind),
    Protocol,
    WorkerCrashed,
    Nothing,
}

impl ObservedError {
    /// Returns `error` for the body, and what to remember of it.
    pub(crate) fn of(error: sqlx::Error) -> (sqlx::Error, Self) {
        let facts = Facts {
            class: Class::of_sqlx(&error),
            code: error
                .as_database_error()
                .and_then(DatabaseError::code)
                .map(Into::into),
            // sqlx's `Display` of a PostgreSQL error ends with a line number of the server's source
            // code, which does not help users.
            text: error
                .as_database_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned()),
        };
        let (error, kept) = match error {
            sqlx::Error::Database(error) => {
                let (tracked, slot) = TrackedError::of(error);
                (
                    sqlx::Error::Database(Box::new(tracked)),
                    Kept::Tracked(slot),
                )
            }
            sqlx::Error::Io(error) => {
                let kind = error.kind();
                (sqlx::Error::Io(error), Kept::Io(kind))
            }
            sqlx::Error::Protocol(text) => (sqlx::Error::Protocol(text), Kept::Protocol),
            sqlx::Error::WorkerCrashed => (sqlx::Error::WorkerCrashed, Kept::WorkerCrashed),
            other => (other, Kept::Nothing),
        };
        (error, Self { facts, kept })
    }

    pub(crate) fn class(&self) -> Class {
        self.facts.class
    }

    pub(crate) fn code(&self) -> Option<&str> {
        self.facts.code.as_deref()
    }

    /// Converts to the cause, and takes the error out of its slot.
    pub(crate) fn into_cause(self) -> Cause {
        let error = match self.kept {
            Kept::Tracked(slot) => slot.take().map(sqlx::Error::Database),
            ref kept => kept.again(&self.facts),
        };
        Cause {
            facts: self.facts,
            error,
        }
    }

    /// The cause for the error of a further statement. Its error is tracked like the first one, so
    /// that it can be obtained again after the body drops it.
    pub(crate) fn cause(&self) -> Cause {
        let error = match &self.kept {
            Kept::Tracked(slot) => slot
                .lend_again()
                .map(|tracked| sqlx::Error::Database(Box::new(tracked))),
            kept => kept.again(&self.facts),
        };
        Cause {
            facts: self.facts.clone(),
            error,
        }
    }
}

impl Kept {
    fn again(&self, facts: &Facts) -> Option<sqlx::Error> {
        match self {
            Self::Io(kind) => Some(sqlx::Error::Io(io::Error::new(*kind, facts.text.clone()))),
            Self::Protocol => Some(sqlx::Error::Protocol(facts.text.clone())),
            Self::WorkerCrashed => Some(sqlx::Error::WorkerCrashed),
            Self::Tracked(_) | Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, tracked::tests::Refused};

    #[test]
    fn the_swallowed_error_itself_is_the_source() {
        let (error, observed) = ObservedError::of(sqlx::Error::Database(Box::new(Refused)));
        drop(error);
        let cause = observed.into_cause();
        let source = cause
            .source()
            .and_then(|source| source.downcast_ref::<sqlx::Error>());
        assert!(
            source
                .and_then(|error| error.as_database_error())
                .is_some_and(|error| error.try_downcast_ref::<Refused>().is_some())
        );
    }

    #[test]
    fn an_error_that_the_body_kept_leaves_its_facts() {
        let (_kept, observed) = ObservedError::of(sqlx::Error::Database(Box::new(Refused)));
        let cause = observed.into_cause();
        assert_eq!(
            (cause.code(), cause.to_string().as_str()),
            (Some("23505"), "refused")
        );
        assert!(cause.source().is_none());
    }

    #[test]
    fn each_refused_statement_gets_the_cause_if_the_one_before_let_go_of_it() {
        let (error, observed) = ObservedError::of(sqlx::Error::Database(Box::new(Refused)));
        drop(error);
        for _ in 0..2 {
            let again = sqlx::Error::from(Error::Ended {
                cause: observed.cause(),
            });
            let Some(Error::Ended { cause }) = Error::find(&again) else {
                panic!("the error is found: {again}");
            };
            assert_eq!(
                (cause.code(), cause.source().is_some()),
                (Some("23505"), true)
            );
        }
    }
}
