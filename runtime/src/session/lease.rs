//! The transaction for as long as a call has it, and its way back. A part of the session, because a
//! `Drop` on `Session` itself would double every error about one that escapes.
use std::sync::{Arc, PoisonError};

use crate::{
    driver::Driver,
    session::source::{Joined, ReturnSlot},
    transaction::Transaction,
};

/// A call's hold of a transaction.
pub(crate) struct Lease<DB: Driver> {
    transaction: Option<Box<Transaction<DB>>>,
    name: &'static str,
    reads_only: bool,
    role: Role<DB>,
}

enum Role<DB: Driver> {
    /// The call that began the transaction.
    Began,
    /// A call inside of another one's.
    Joined {
        return_slot: ReturnSlot<DB>,
        writes: usize,
    },
    /// One with a savepoint of its own; `depth` savepoints are outside of it.
    Nested {
        return_slot: ReturnSlot<DB>,
        depth: usize,
    },
}

impl<DB: Driver> Lease<DB> {
    /// A read-only transaction mostly needs no help from its lease: the server refuses writes.
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

    /// The parent is left without a transaction until it gets it back.
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

    /// To be followed by [`enter`](Self::enter).
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

    /// None, if a joined call was forgotten (`mem::forget`) and keeps it for ever.
    pub(crate) fn transaction(&mut self) -> Option<&mut Transaction<DB>> {
        self.transaction.as_deref_mut()
    }

    pub(crate) fn set_rollback_only(&mut self) {
        let (owner, name) = (!matches!(self.role, Role::Joined { .. }), self.name);
        if let Some(transaction) = self.transaction() {
            let scope = transaction.scope();
            if owner {
                scope.rollback_only = true;
            } else {
                scope.failed_by.get_or_insert(name);
            }
        }
    }

    /// Records that the joined call failed: what it wrote is part of a level that must not be
    /// committed any more.
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

    /// Ends the lease in order.
    pub(crate) fn into_transaction(mut self) -> Option<Box<Transaction<DB>>> {
        self.transaction.take()
    }

    /// What a lease that was dropped left behind.
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
            Role::Began => return,
            Role::Joined { return_slot, .. } => {
                transaction.poison();
                return_slot
            }
            Role::Nested { return_slot, depth } => {
                transaction.abandon(*depth);
                return_slot
            }
        };
        *return_slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(transaction);
    }
}
