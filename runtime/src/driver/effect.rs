//! The words in which a driver says what an error, or a statement that was cut, means for its
//! transaction.
#![cfg_attr(
    not(all(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(dead_code, reason = "no database uses all of them")
)]

/// The answer to the question what has become of a transaction.
#[derive(Debug)]
pub enum OpenCheck {
    /// All is well.
    Open,
    /// An earlier statement failed with this.
    Failed(sqlx::Error),
    /// The transaction is gone.
    Ended,
}

/// What an error means for the transaction it happened in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorEffect {
    /// The statement failed, or the client; the transaction goes on.
    None,
    /// The database refuses everything but a rollback.
    Aborts,
    /// The database has rolled back.
    Ends,
    /// The connection is lost or out of step.
    Breaks,
    /// The driver has to ask.
    Asks,
}

/// How far a statement got before it was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Its answer was being waited for.
    Waiting,
    /// It had yielded a row and was to be asked for more.
    AfterRow,
    /// It had yielded the result of a statement and was to be asked for more.
    AfterResult,
}

/// What a dropped statement means for the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CancelEffect {
    /// Nothing.
    Harmless,
    /// The connection has to be asked how the statement ended.
    Asks,
    /// It is not known what the statement did.
    Poisons,
    /// The connection is out of step.
    Breaks,
}
