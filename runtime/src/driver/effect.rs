//! The effects that an error or a dropped statement has on its transaction.
//!
//! Each driver chooses the effect in its `RULES`; `transaction/state` applies it.
#![cfg_attr(
    not(all(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(dead_code, reason = "no database uses all of them")
)]

/// The answer of the database to the question whether a transaction is still open.
#[derive(Debug)]
pub enum OpenCheck {
    /// The transaction is open.
    Open,
    /// The question failed, or was answered with the error of an earlier statement.
    Failed(sqlx::Error),
    /// The transaction has ended.
    Ended,
}

/// The effect of a statement's error on its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorEffect {
    /// Only the statement failed. The transaction goes on.
    None,
    /// The database accepts nothing but a rollback.
    Aborts,
    /// The database has rolled the transaction back.
    Ends,
    /// The connection is lost, or its protocol state is not known.
    Breaks,
    /// The error does not tell. The database is asked before the next statement.
    Asks,
}

/// How far a statement had got when it was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It was waiting for the server's answer.
    Waiting,
    /// It had returned a row and had not been polled since.
    AfterRow,
    /// It had returned the result of a statement and had not been polled since.
    AfterResult,
}

/// The effect of a dropped statement on its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CancelEffect {
    /// None. The transaction goes on.
    Harmless,
    /// The database is asked before the next statement how the dropped one ended.
    Asks,
    /// It is not known what the statement changed. The transaction can only be rolled back.
    Poisons,
    /// The protocol state of the connection is not known. The connection is closed.
    Breaks,
}
