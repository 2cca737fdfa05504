//! The session: what a body is given. It exists only behind a reference, because it is unsized
//! there. Statements go through `executor`; joining and the way back of the transaction are here.
mod by_hand;
mod executor;
pub(crate) mod lease;
pub(crate) mod source;

use std::{fmt, future::Future};

use sqlx::Database;

use crate::{
    driver::Driver,
    mode::ReadWrite,
    session::{
        lease::Lease,
        source::{Joined, Origin, ReturnSlot},
    },
    transaction::Transaction,
};

/// A database session inside a transaction: the parameter of an annotated function.
///
/// Run statements on `&mut *session`, as on any [`sqlx::Executor`]; pass `&mut *session` to
/// functions that join the transaction. `M` is the [mode](crate::mode) that the function needs; a
/// session of a stronger mode can be passed on where a weaker one is wanted.
///
/// A session cannot be made, moved or kept: it belongs to the call that was given it, and ends with
/// it.
pub struct Session<DB: Driver, M: ?Sized = ReadWrite> {
    lease: Lease<DB>,
    #[expect(
        dead_code,
        reason = "makes the type unsized where `M` is a mode, which is all that it is for"
    )]
    mode: M,
}

impl<DB: Driver, K> Session<DB, K> {
    pub(crate) fn new(lease: Lease<DB>, mode: K) -> Self {
        Self { lease, mode }
    }

    pub(crate) fn into_lease(self) -> Lease<DB> {
        self.lease
    }
}

impl<DB: Driver, M: ?Sized> Session<DB, M> {
    /// Whether it refuses to write although its transaction could.
    fn reads_only(&self) -> bool {
        self.lease.reads_only()
    }

    pub(crate) fn join(&mut self) -> Origin<'_, DB> {
        Origin::Join(Joined {
            parent: self.lease.transaction_slot(),
            return_slot: ReturnSlot::default(),
        })
    }

    /// The transaction; none if a joined call was forgotten (`mem::forget`) and keeps it for ever.
    pub(crate) fn transaction(&mut self) -> Option<&mut Transaction<DB>> {
        self.lease.transaction()
    }

    /// Which attempt of the call that began the transaction this is: 1, and more only where that
    /// call has `#[retry_on_error]`.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.lease.attempt()
    }

    /// Runs `hook` after the outermost COMMIT, once the connection is back in its pool. Hooks run
    /// one after the other, in the order in which they were registered, before the call returns;
    /// `timeout` does not apply to them. A hook that panics is logged, and the rest run.
    ///
    /// It is dropped when the transaction, or the `nested` call that registered it, is rolled back,
    /// and when it is not known whether COMMIT took effect: it runs at most once. What must happen
    /// at least once belongs into the transaction, as a row of an outbox.
    ///
    /// # Cancellation
    /// A call that is dropped while COMMIT is on its way is finished in the background, hooks
    /// included.
    pub fn after_commit(&mut self, hook: impl Future<Output = ()> + Send + 'static) {
        if let Some(transaction) = self.transaction() {
            transaction.after_commit(Box::pin(hook));
        }
    }

    /// Runs `hook` after the transaction was rolled back: in the call, or in the background if it
    /// was cancelled or panicked. Dropped when the transaction commits, and when it is not known
    /// whether it did.
    pub fn after_rollback(&mut self, hook: impl Future<Output = ()> + Send + 'static) {
        if let Some(transaction) = self.transaction() {
            transaction.after_rollback(Box::pin(hook));
        }
    }

    /// The connection itself, for what a session cannot do: COPY, advisory locks, helpers that were
    /// written for sqlx.
    ///
    /// The session does not see what is done with it. A transaction that is ended, begun anew or
    /// swapped through it is found out at the end, and is
    /// [`Error::TransactionControl`](crate::Error): that cannot be undone. Costs one round trip,
    /// the first time.
    ///
    /// # Errors
    /// The transaction has failed before, or the savepoint that guards it could not be set.
    ///
    /// # Cancellation
    /// A statement on it must not be cancelled while the function goes on: nothing would notice
    /// that it was. In a [`Sandbox`](crate::Sandbox) on MySQL it must not be cancelled at all: the
    /// connection does not survive it, and with it the sandbox is over.
    pub async fn connection(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        match self.lease.transaction() {
            Some(transaction) => transaction.connection().await,
            None => Err(crate::error::Error::Poisoned.into()),
        }
    }

    /// Lets the function return `Ok` and store nothing: if this is the function that began the
    /// transaction, or a `nested` one, what it did is rolled back and its `Ok` stays. If it joined,
    /// the function whose transaction it joined gets [`Error::RolledBack`](crate::Error) in place
    /// of an `Ok` that would not be true.
    pub fn set_rollback_only(&mut self) {
        self.lease.set_rollback_only();
    }
}

impl<DB: Driver, M: ?Sized> fmt::Debug for Session<DB, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session<{}>", DB::NAME)
    }
}

/// The database and the mode of a session type, for a parameter whose type is an alias.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session",
    label = "`#[session]` marks a parameter whose type is an alias of `Session`",
    note = "write `&mut Session<DB>`, or the name of an alias of `Session<DB>`"
)]
pub trait Parts {
    type Database: Database;
    type Mode: ?Sized;
}

impl<DB: Driver, M: ?Sized> Parts for Session<DB, M> {
    type Database = DB;
    type Mode = M;
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::Session;
    use crate::mode::{ReadOnly, Serializable};

    #[test]
    fn a_reference_to_a_session_can_be_held_across_an_await() {
        const fn is_sync<T: ?Sized + Sync>() {}
        is_sync::<Session<sqlx::Sqlite>>();
        is_sync::<Session<sqlx::Sqlite, ReadOnly<Serializable>>>();
    }
}
