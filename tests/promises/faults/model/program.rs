//! The programs: trees of calls and statements, small enough to read when one fails.

use tests::explorer::Cut;

/// A call that begins a transaction.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// Whether it has `#[retry_on_error]`, with [`ATTEMPTS`].
    pub(super) retries: bool,
    pub(super) body: Body,
}

pub(super) const ATTEMPTS: u32 = 3;

/// What a function does, and what it returns if no step stops it.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) steps: Vec<Step>,
    pub(super) end: End,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Ok,
    /// An error of the function.
    Err,
    /// Up to this attempt, an error that `when` accepts for another attempt. `Ok` afterwards.
    AgainUntil(u32),
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) act: Act,
    /// Whether the function goes on after its error, or returns it.
    pub(super) swallows: bool,
    /// Where the step is dropped, if it does not end before.
    pub(super) cut: Option<Cut>,
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    /// A row, which may exist already. Row 0 always does.
    Insert(i64),
    /// All rows.
    Read,
    /// A stream of which one row is read.
    LeaveStream,
    /// A statement that fails and has no other effect.
    Fail,
    /// Up to this attempt: on PostgreSQL a serialization failure, on MySQL a deadlock, on SQLite,
    /// which has neither, a statement that ends the transaction when it fails.
    EndUntil(u32),
    /// An update through `connection()`.
    Lend,
    RollbackOnly,
    AfterCommit,
    AfterRollback,
    Call(Callee, Body),
}

/// An annotated function, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Callee {
    /// `#[transactional]`
    Joined,
    /// `#[transactional]`, with a `ReadOnly` session.
    Reading,
    /// `#[transactional(nested)]`
    Nested,
}
