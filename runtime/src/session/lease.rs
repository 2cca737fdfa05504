//! A call's hold on a transaction, and how the transaction returns to the caller. It is a field of
//! the session, because a `Drop` on `Session` itself would double every compile error about a
//! session that escapes.
use std::sync::{Arc, PoisonError};

use crate::{
    driver::Driver,
    session::source::{Joined, ReturnSlot},
    transaction::Transaction,
};

/// Holds a transaction for one call.
pub(crate) struct Lease<DB: Driver> {
    transaction: Option<Box<Transaction<DB>>>,
    name: &'static str,
    reads_only: bool,
    role: Role<DB>,
}

enum Role<DB: Driver> {
    /// The call that began the transaction.
    Began,
    /// A call that joined the transaction of another call. `writes` is the number of writes before
    /// it.
    Joined {
        return_slot: ReturnSlot<DB>,
        writes: usize,
    },
    /// A call with a savepoint of its own. `depth` savepoints are outside of it.
    Nested {
        return_slot: ReturnSlot<DB>,
        depth: usize,
    },
}

impl<DB: Driver> Lease<DB> {
    /// The lease of the call that began the transaction. `reads_only` is rarely needed there: the
    /// server refuses the writes of a read-only transaction.
    pub(crate) fn begun(
        transaction: Box<Transaction<DB>>,
        name: &'static str,
        reads_only: bool,
    ) -> Self {
        Self {
            transaction: Some(transaction),
            name,
            reads_only,
            role: Role::Began,
        }
    }

    /// Takes the transaction from the parent, which has none until it is returned.
    pub(crate) fn joined(
        joined: &mut Joined<'_, DB>,
        name: &'static str,
        reads_only: bool,
    ) -> Self {
        let transaction = joined.parent.take();
        let writes = transaction
            .as_ref()
            .map_or(0, |transaction| transaction.state.writes());
        Self {
            transaction,
            name,
            reads_only,
            role: Role::Joined {
                return_slot: Arc::clone(&joined.return_slot),
                writes,
            },
        }
    }

    /// Like [`joined`](Self::joined). [`enter`](Transaction::enter) has to follow, which sets the
    /// savepoint.
    pub(crate) fn nested(
        joined: &mut Joined<'_, DB>,
        name: &'static str,
        reads_only: bool,
    ) -> Self {
        let transaction = joined.parent.take();
        let depth = transaction
            .as_ref()
            .map_or(0, |transaction| transaction.depth());
        Self {
            transaction,
            name,
            reads_only,
            role: Role::Nested {
                return_slot: Arc::clone(&joined.return_slot),
                depth,
            },
        }
    }

    pub(super) fn attempt(&self) -> u32 {
        self.transaction
            .as_ref()
            .map_or(1, |transaction| transaction.attempt)
    }

    pub(super) fn reads_only(&self) -> bool {
        self.reads_only
    }

    pub(super) fn transaction_slot(&mut self) -> &mut Option<Box<Transaction<DB>>> {
        &mut self.transaction
    }

    /// The transaction. `None` if a joined call was leaked (`mem::forget`) and still owns it.
    pub(crate) fn transaction(&mut self) -> Option<&mut Transaction<DB>> {
        self.transaction.as_deref_mut()
    }

    pub(crate) fn set_rollback_only(&mut self) {
        let (owner, name) = (!matches!(self.role, Role::Joined { .. }), self.name);
        if let Some(transaction) = self.transaction() {
            let scope = transaction.scope();
            // A joined call has no savepoint to roll back to, so the owner of the scope must not
            // commit.
            if owner {
                scope.rollback_only = true;
            } else {
                scope.failed_by.get_or_insert(name);
            }
        }
    }

    /// Records that a joined call failed. If it wrote, its writes cannot be taken out of the scope,
    /// which must not be committed.
    pub(crate) fn failed(&mut self) {
        let Role::Joined { writes, .. } = self.role else {
            return;
        };
        let name = self.name;
        if let Some(transaction) = self.transaction()
            && transaction.state.writes() > writes
        {
            transaction.scope().failed_by.get_or_insert(name);
        }
    }

    /// Ends the lease normally.
    pub(crate) fn into_transaction(mut self) -> Option<Box<Transaction<DB>>> {
        self.transaction.take()
    }

    /// The transaction that a dropped lease has left behind.
    pub(crate) fn collect(return_slot: &ReturnSlot<DB>) -> Option<Box<Transaction<DB>>> {
        return_slot
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl<DB: Driver> Drop for Lease<DB> {
    fn drop(&mut self) {
        let Some(mut transaction) = self.transaction.take() else {
            return;
        };
        let return_slot = match &self.role {
            // The transaction is dropped, which rolls it back in the background.
            Role::Began => return,
            Role::Joined { return_slot, .. } => {
                // A joined call that was cancelled has no savepoint, and it is unknown what it has
                // done.
                transaction.poison();
                return_slot
            }
            Role::Nested { return_slot, depth } => {
                // Nothing can be awaited here. The savepoint is rolled back to before the next
                // statement.
                transaction.abandon(*depth);
                return_slot
            }
        };
        *return_slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(transaction);
    }
}
