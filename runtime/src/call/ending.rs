//! The end of an attempt: COMMIT, the end of a savepoint, or the return of a joined transaction to
//! its caller. Whether another attempt follows is decided in `retrying.rs`.
//!
//! These functions take a [`Verdict`] and not the outcome itself. So they are compiled once for
//! each database, and not for each return type.
use crate::{
    call::{exit::Verdict, trace::Trace},
    driver::Driver,
    error::{Error, Failure, class::Class},
    session::{lease::Lease, source::Joined},
    transaction::{Transaction, end::NotCommitted},
};

/// The end of an attempt. A rollback, if one is needed, is still to be done.
pub(super) struct Ended<DB: Driver> {
    /// The failure that the caller gets instead of the outcome.
    pub(super) failure: Option<Failure>,
    /// The class of the failure that the session recorded, regardless of the error that the body
    /// returned. `None` if the attempt did not fail.
    pub(super) class: Option<Class>,
    /// The transaction that is still to be rolled back. The call that retries may keep its
    /// connection instead.
    pub(super) transaction: Option<Box<Transaction<DB>>>,
}

impl<DB: Driver> Ended<DB> {
    /// The value of the span's field `outcome`.
    pub(super) fn how(&self) -> &'static str {
        match (self.class, &self.transaction) {
            (None, None) => "committed",
            (Some(Class::CommitUnknown), _) => "unknown",
            (Some(_), None) => "not_begun",
            (Some(Class::Closed), Some(_)) => "cut",
            _ => "rolled_back",
        }
    }
}

/// Ends the transaction. If the body did not finish, `verdict` is the error to return, and the
/// transaction is rolled back.
pub(super) async fn end<DB: Driver>(
    lease: Lease<DB>,
    verdict: Result<Verdict, Error>,
    trace: &mut Trace,
) -> Ended<DB> {
    let (mut transaction, verdict) = match (lease.into_transaction(), verdict) {
        (Some(transaction), Ok(verdict)) => (transaction, verdict),
        (transaction, verdict) => {
            let error = verdict
                .err()
                .filter(|_| transaction.is_some())
                .unwrap_or(Error::Poisoned);
            trace.failed(error.class(), error.sqlstate().map(Into::into));
            return Ended {
                class: Some(error.class()),
                failure: Some(error.into()),
                transaction,
            };
        }
    };
    let seen = transaction.state.transient();
    if !verdict.commits || transaction.scope().rollback_only {
        let class = (!verdict.succeeded).then_some(seen.unwrap_or(Class::Other));
        if let (Some(_), Some((class, code))) = (class, transaction.state.cause()) {
            trace.failed(class, code.map(Into::into));
        }
        return Ended {
            failure: None,
            class,
            transaction: Some(transaction),
        };
    }
    match transaction.commit().await {
        Ok(()) => Ended {
            failure: None,
            class: None,
            transaction: None,
        },
        Err(NotCommitted {
            failure,
            transaction,
        }) => {
            trace.failed(failure.class(), failure.code());
            // A transaction that failed earlier is refused at COMMIT, so the class of the earlier
            // failure is the cause. An unknown outcome is not a conflict: the data may be stored.
            let class = match failure.class() {
                Class::CommitUnknown => Class::CommitUnknown,
                class => seen.unwrap_or(class),
            };
            Ended {
                failure: Some(failure),
                class: Some(class),
                transaction,
            }
        }
    }
}

/// Ends the savepoint, and gives the transaction back to the caller. The savepoint is kept if the
/// verdict is to commit, and otherwise rolled back to.
pub(super) async fn leave<DB: Driver>(
    mut lease: Lease<DB>,
    joined: &mut Joined<'_, DB>,
    verdict: Result<Verdict, Error>,
) -> Result<(), Failure> {
    let transaction = lease.transaction().ok_or(Error::Poisoned)?;
    let keeps =
        verdict.as_ref().is_ok_and(|verdict| verdict.commits) && !transaction.scope().rollback_only;
    let released = if keeps {
        transaction.keep().await
    } else {
        transaction.undo().await;
        Ok(())
    };
    *joined.parent = lease.into_transaction();
    released?;
    Ok(verdict.map(drop)?)
}

/// Gives the joined transaction back to the caller, which ends it.
pub(super) fn hand_back<DB: Driver>(
    mut lease: Lease<DB>,
    joined: &mut Joined<'_, DB>,
    writes: bool,
    verdict: Result<Verdict, Error>,
) -> Result<(), Failure> {
    let transaction = lease.transaction().ok_or(Error::Poisoned)?;
    match &verdict {
        // The body was cut half-way, so its writes may be incomplete.
        Err(_) => transaction.poison(),
        // Without a savepoint its writes cannot be undone alone. The caller's `Ok` becomes an
        // error.
        Ok(verdict) if writes && !verdict.commits => lease.failed(),
        Ok(_) => {}
    }
    *joined.parent = lease.into_transaction();
    Ok(verdict.map(drop)?)
}
