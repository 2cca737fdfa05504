//! How an attempt ends: with COMMIT, with a savepoint, or by giving back what was joined.
//!
//! Of the outcome it knows a [`Verdict`], so that a program has this code once for each database,
//! not for each type that its functions return.
use crate::{
    call::{exit::Verdict, trace::Trace},
    driver::Driver,
    error::{Error, Failure, class::Class},
    session::{lease::Lease, source::Joined},
    transaction::{Transaction, end::NotCommitted},
};

/// An attempt whose end is known, but for a rollback.
pub(super) struct Ended<DB: Driver> {
    /// What the caller gets in place of the outcome.
    pub(super) failure: Option<Failure>,
    /// Why the attempt failed: what the session saw of it, not what the body made of that. None if
    /// it did not fail.
    pub(super) class: Option<Class>,
    /// Still to be rolled back.
    pub(super) transaction: Option<Box<Transaction<DB>>>,
}

impl<DB: Driver> Ended<DB> {
    /// In the words of a span.
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

/// Ends the transaction; without a verdict, for the body did not finish, it cannot commit.
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

/// Ends the savepoint, and gives the transaction back to the caller.
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

/// Gives the transaction back to the caller, whose it remains.
pub(super) fn hand_back<DB: Driver>(
    mut lease: Lease<DB>,
    joined: &mut Joined<'_, DB>,
    writes: bool,
    verdict: Result<Verdict, Error>,
) -> Result<(), Failure> {
    let transaction = lease.transaction().ok_or(Error::Poisoned)?;
    match &verdict {
        Err(_) => transaction.poison(),
        Ok(verdict) if writes && !verdict.commits => lease.failed(),
        Ok(_) => {}
    }
    *joined.parent = lease.into_transaction();
    Ok(verdict.map(drop)?)
}
