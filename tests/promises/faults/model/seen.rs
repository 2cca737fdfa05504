//! What can be seen of a run, by the function that runs and by others.

use std::collections::BTreeSet;

use sqlx_transactional::{Class, Constraint, Error};

/// What a function saw of a step, in order of their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// An attempt has begun.
    Attempt(u32),
    Done,
    Read(BTreeSet<i64>),
    Failed(Kind),
    /// The step of a function this deep was dropped before its end.
    Dropped(usize),
}

/// What others see afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) result: Result<(), Kind>,
    pub(super) table: Table,
    pub(super) hooks: Vec<Hook>,
}

/// The database's contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) rows: BTreeSet<i64>,
    /// How often it was updated through `connection()`.
    pub(super) lent: i64,
}

/// A hook, by the number in which it was registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hook {
    Committed(usize),
    RolledBack(usize),
}

/// What is told apart in an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The function's own.
    Own,
    /// The function's own, which is worth another attempt.
    Again,
    /// A statement failed, or was not sent because an earlier one had.
    Statement(Cause),
    /// `Ok` would not have been true: a statement had failed.
    RolledBack(Cause),
    /// `Ok` would not have been true: this function had joined.
    SpoiltBy(&'static str),
    Poisoned,
    /// A write in a `ReadOnly` session.
    Refused,
    /// None that a program can meet.
    Strange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Unique,
    Conflict,
    Other,
}

/// The error of the functions that are run.
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
            // Failures of ours have no variant of sqlx's to themselves: what is left of them there
            // is their text.
            Self::Database(error) if error.to_string().contains("cancelled half-way") => {
                Kind::Poisoned
            }
            Self::Database(error) if error.to_string().contains("session is `ReadOnly`") => {
                Kind::Refused
            }
            Self::Transaction(Error::Ended { cause: it, .. }) => Kind::Statement(cause(it.class())),
            Self::Transaction(Error::RolledBack {
                cause: Some(it), ..
            }) => Kind::RolledBack(cause(it.class())),
            Self::Transaction(Error::RolledBack { by: Some(by), .. }) => {
                Kind::SpoiltBy(by.rsplit("::").next().unwrap_or(by))
            }
            Self::Transaction(Error::Poisoned) => Kind::Poisoned,
            Self::Database(_) | Self::Transaction(_) => Kind::Strange,
        }
    }
}

fn cause(class: Class) -> Cause {
    match class {
        Class::Constraint(Constraint::Unique) => Cause::Unique,
        Class::Serialization | Class::Deadlock => Cause::Conflict,
        _ => Cause::Other,
    }
}
