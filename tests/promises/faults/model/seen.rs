//! What can be seen of a run, by its functions and from other connections.

use std::collections::BTreeSet;

use sqlx_transactional::{Class, Constraint, Error};

/// What a function saw of a step, in the order in which the steps ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// An attempt has begun.
    Attempt(u32),
    Done,
    Read(BTreeSet<i64>),
    Failed(Kind),
    /// The step of a function at this depth was dropped before its end.
    Dropped(usize),
}

/// What other connections see afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) result: Result<(), Kind>,
    pub(super) table: Table,
    pub(super) hooks: Vec<Hook>,
}

/// The contents of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) rows: BTreeSet<i64>,
    /// How often it was updated through `connection()`.
    pub(super) lent: i64,
}

/// A hook, by the number of its registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hook {
    Committed(usize),
    RolledBack(usize),
}

/// The errors that the model distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The function's own error.
    Own,
    /// The function's own error that justifies another attempt.
    Again,
    /// A statement failed, or was not sent because an earlier one had failed.
    Statement(Cause),
    /// The body returned `Ok`, but a statement had failed.
    RolledBack(Cause),
    /// The body returned `Ok`, but this joined function had failed after it wrote.
    SpoiltBy(&'static str),
    Poisoned,
    /// A write in a `ReadOnly` session.
    Refused,
    /// An error that no program can cause.
    Strange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Unique,
    Conflict,
    Other,
}

/// The error type of the functions.
#[derive(Debug)]
pub(super) enum Failure {
    Own,
    Again,
    Database(sqlx::Error),
    Transaction(Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Transaction(error)
    }
}

impl Failure {
    pub(super) fn is_worth_another(&self) -> bool {
        matches!(self, Self::Again)
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Own => Kind::Own,
            Self::Again => Kind::Again,
            Self::Database(error @ sqlx::Error::Database(_)) => {
                Kind::Statement(cause(Class::of(error)))
            }
            Self::Database(error) => Error::find(error).map_or(Kind::Strange, kind_of_ours),
            Self::Transaction(error) => kind_of_ours(error),
        }
    }
}

/// The same for an error of the crate, which is found whatever it travels in.
fn kind_of_ours(error: &Error) -> Kind {
    match error {
        Error::Ended { cause: it, .. } => Kind::Statement(cause(it.class())),
        Error::RolledBack {
            cause: Some(it), ..
        } => Kind::RolledBack(cause(it.class())),
        Error::RolledBack { by: Some(by), .. } => {
            Kind::SpoiltBy(by.rsplit("::").next().unwrap_or(by))
        }
        Error::Poisoned => Kind::Poisoned,
        Error::TransactionControl { reason, .. } if reason.contains("session is `ReadOnly`") => {
            Kind::Refused
        }
        _ => Kind::Strange,
    }
}

fn cause(class: Class) -> Cause {
    match class {
        Class::Constraint(Constraint::Unique) => Cause::Unique,
        Class::Serialization | Class::Deadlock => Cause::Conflict,
        _ => Cause::Other,
    }
}
