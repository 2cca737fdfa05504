//! The session: what a body is given. It exists only behind a reference, because it is unsized there.
//! Statements go through `executor`; joining and the way back of the transaction are here.
mod executor;
mod watch;

use std::{
    fmt,
    sync::{Arc, PoisonError},
};

use sqlx::Database;

use crate::{
    driver::Driver,
    mode::ReadWrite,
    source::{Home, Joined, Origin},
    transaction::Transaction,
};

/// A database session inside a transaction: the parameter of an annotated function.
///
/// Run statements on `&mut *session`, as on any [`sqlx::Executor`]; pass `&mut *session` to functions that join the transaction. `M` is the
/// [mode](crate::mode) that the function needs; a session of a stronger mode can be passed on where a weaker one is wanted.
///
/// A session cannot be made, moved or kept: it belongs to the call that was given it, and ends with it.
pub struct Session<DB: Driver, M: ?Sized = ReadWrite> {
    lease: Lease<DB>,
    #[expect(dead_code, reason = "makes the type unsized where `M` is a mode, which is all that it is for")]
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
    pub(crate) fn join(&mut self) -> Origin<'_, DB> {
        Origin::Join(Joined { parent: &mut self.lease.transaction, home: Home::default() })
    }

    /// The transaction; none if a joined call was forgotten (`mem::forget`) and keeps it for ever.
    pub(crate) fn transaction(&mut self) -> Option<&mut Transaction<DB>> {
        self.lease.transaction.as_deref_mut()
    }
}

impl<DB: Driver, M: ?Sized> fmt::Debug for Session<DB, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session<{}>", DB::NAME)
    }
}

/// The database and the mode of a session type, for a parameter whose type is an alias.
#[doc(hidden)]
pub trait Parts {
    type Database: Database;
    type Mode: ?Sized;
}

impl<DB: Driver, M: ?Sized> Parts for Session<DB, M> {
    type Database = DB;
    type Mode = M;
}

/// The transaction for as long as a call has it. A part of [`Session`], because a `Drop` on `Session` itself would double every error
/// about one that escapes.
pub(crate) struct Lease<DB: Driver> {
    transaction: Option<Box<Transaction<DB>>>,
    home: Option<Home<DB>>,
}

impl<DB: Driver> Lease<DB> {
    /// The lease of the call that began the transaction.
    pub(crate) fn begun(transaction: Transaction<DB>) -> Self {
        Self { transaction: Some(Box::new(transaction)), home: None }
    }

    /// The lease of a call that joins; the parent is left without until it gets the transaction back.
    pub(crate) fn joined(joined: &mut Joined<'_, DB>) -> Self {
        Self { transaction: joined.parent.take(), home: Some(Arc::clone(&joined.home)) }
    }

    /// Ends the lease in order.
    pub(crate) fn into_transaction(mut self) -> Option<Box<Transaction<DB>>> {
        self.transaction.take()
    }

    /// What a lease that was dropped left behind.
    pub(crate) fn collect(home: &Home<DB>) -> Option<Box<Transaction<DB>>> {
        home.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<DB: Driver> Drop for Lease<DB> {
    fn drop(&mut self) {
        if let (Some(mut transaction), Some(home)) = (self.transaction.take(), &self.home) {
            transaction.health.poison();
            *home.lock().unwrap_or_else(PoisonError::into_inner) = Some(transaction);
        }
    }
}
