//! The session that a body is given. It exists only behind a reference, because it is unsized
//! there. Statements are in `executor`; how a transaction moves between calls is in `lease` and
//! `source`.
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
/// Run statements on `&mut *session`, as on any [`sqlx::Executor`]. Pass `&mut *session` to
/// functions that join the transaction. `M` is the [mode](crate::mode) that the function needs; a
/// session of a stronger mode can be passed to it.
///
/// A session cannot be created, moved or stored. It belongs to the call that was given it, and ends
/// with that call.
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
    /// Whether the session refuses writes that its transaction would allow.
    fn reads_only(&self) -> bool {
        self.lease.reads_only()
    }

    pub(crate) fn join(&mut self) -> Origin<'_, DB> {
        Origin::Join(Joined {
            parent: self.lease.transaction_slot(),
            return_slot: ReturnSlot::default(),
        })
    }

    /// The transaction. `None` if a joined call was leaked (`mem::forget`) and still owns it.
    pub(crate) fn transaction(&mut self) -> Option<&mut Transaction<DB>> {
        self.lease.transaction()
    }

    /// Returns the number of the current attempt of the call that began the transaction, counted
    /// from 1. It exceeds 1 only if that call has `#[retry_on_error]`.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.lease.attempt()
    }

    /// Runs `hook` after the outermost COMMIT, once the connection is back in its pool.
    ///
    /// Hooks run one after the other, in the order of their registration, before the call returns.
    /// `timeout` does not apply to them. A hook that panics is logged, and the others run.
    ///
    /// The hook is dropped when the transaction, or the `nested` call that registered it, is rolled
    /// back. It is also dropped when the outcome of COMMIT is unknown, so it runs at most once.
    /// Work that must happen at least once belongs in the transaction, as a row of an outbox table.
    ///
    /// # Cancellation
    /// If the call is dropped after COMMIT was sent, COMMIT and the hooks finish in the background.
    pub fn after_commit(&mut self, hook: impl Future<Output = ()> + Send + 'static) {
        if let Some(transaction) = self.transaction() {
            transaction.after_commit(Box::pin(hook));
        }
    }

    /// Runs `hook` after the transaction was rolled back. It runs in the call, or in the background
    /// if the call was cancelled or panicked. The hook is dropped when the transaction commits, and
    /// when the outcome of COMMIT is unknown.
    pub fn after_rollback(&mut self, hook: impl Future<Output = ()> + Send + 'static) {
        if let Some(transaction) = self.transaction() {
            transaction.after_rollback(Box::pin(hook));
        }
    }

    /// Returns the connection itself, for what a session cannot do: COPY, advisory locks, helper
    /// functions that were written for sqlx.
    ///
    /// The session does not see what is done with it. If the transaction is ended, begun again or
    /// replaced through it, COMMIT fails with [`Error::TransactionControl`](crate::Error). What was
    /// stored by then cannot be undone. The first call costs one round trip, for a savepoint that
    /// reveals this.
    ///
    /// # Errors
    /// The transaction has failed before, or the savepoint could not be set.
    ///
    /// # Cancellation
    /// A statement on the connection must not be cancelled while the function goes on: the session
    /// would not notice. In a [`Sandbox`](crate::Sandbox) on MySQL it must not be cancelled at all:
    /// it breaks the connection, and the sandbox is over.
    pub async fn connection(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        match self.lease.transaction() {
            Some(transaction) => transaction.connection().await,
            None => Err(crate::error::Error::Poisoned.into()),
        }
    }

    /// Lets the function return `Ok` and store nothing.
    ///
    /// In the function that began the transaction, or a `nested` one, the work of the function is
    /// rolled back and its `Ok` is returned. In a function that joined, its `Ok` is returned too.
    /// The function that it joined then gets [`Error::RolledBack`](crate::Error) in place of its
    /// own `Ok`.
    pub fn set_rollback_only(&mut self) {
        self.lease.set_rollback_only();
    }
}

impl<DB: Driver, M: ?Sized> fmt::Debug for Session<DB, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session<{}>", DB::NAME)
    }
}

/// The database and the mode of a session type. An expansion needs them for a parameter that is
/// declared through an alias.
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
