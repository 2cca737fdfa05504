//! How an attempt ends: with COMMIT, with a savepoint, or by giving back what was joined.
//!
//! Of the outcome it knows a [`Verdict`], so that a program has this code once for each database, not for each type that its functions return.
use crate::{
    class::Class,
    driver::Driver,
    error::{Error, Failure},
    outcome::Verdict,
    session::Lease,
    source::Joined,
    transaction::{Transaction, Unstored},
};

/// An attempt whose end is known, but for a rollback.
pub(super) struct Ended<DB: Driver> {
    /// What the caller gets in place of the outcome.
    pub(super) failure: Option<Failure>,
    /// Why the attempt failed: what the session saw of it, not what the body made of that. None if it did not fail.
    pub(super) class: Option<Class>,
    /// Still to be rolled back.
    pub(super) transaction: Option<Box<Transaction<DB>>>,
}

/// Ends the transaction.
pub(super) async fn end<DB: Driver>(lease: Lease<DB>, verdict: Option<Verdict>) -> Ended<DB> {
    let failed = |error: Error, class, transaction| Ended { failure: Some(error.into()), class: Some(class), transaction };
    let Some(mut transaction) = lease.into_transaction() else { return failed(Error::Poisoned, Class::Other, None) };
    let Some(verdict) = verdict else { return failed(Error::Timeout, Class::Timeout, Some(transaction)) };
    let seen = transaction.health.transient();
    if !verdict.commits || transaction.level().rollback_only {
        let class = (!verdict.succeeded).then_some(seen.unwrap_or(Class::Other));
        return Ended { failure: None, class, transaction: Some(transaction) };
    }
    match transaction.commit().await {
        Ok(()) => Ended { failure: None, class: None, transaction: None },
        Err(Unstored { failure, transaction }) => {
            let class = match failure.class() {
                Class::CommitUnknown => Class::CommitUnknown,
                class => seen.unwrap_or(class),
            };
            Ended { failure: Some(failure), class: Some(class), transaction }
        }
    }
}

/// Ends the savepoint, and gives the transaction back to the caller.
pub(super) async fn leave<DB: Driver>(mut lease: Lease<DB>, joined: &mut Joined<'_, DB>, verdict: Option<Verdict>) -> Result<(), Failure> {
    let transaction = lease.transaction().ok_or(Error::Poisoned)?;
    let keeps = verdict.is_some_and(|verdict| verdict.commits) && !transaction.level().rollback_only;
    let released = if keeps {
        transaction.keep().await
    } else {
        transaction.undo().await;
        Ok(())
    };
    *joined.parent = lease.into_transaction();
    released?;
    verdict.map(|_| ()).ok_or(Error::Timeout.into())
}

/// Gives the transaction back to the caller, whose it remains.
pub(super) fn hand_back<DB: Driver>(
    mut lease: Lease<DB>,
    joined: &mut Joined<'_, DB>,
    writes: bool,
    verdict: Option<Verdict>,
) -> Result<(), Failure> {
    let transaction = lease.transaction().ok_or(Error::Poisoned)?;
    match verdict {
        None => transaction.poison(),
        Some(verdict) if writes && !verdict.commits => lease.failed(),
        Some(_) => {}
    }
    *joined.parent = lease.into_transaction();
    verdict.map(|_| ()).ok_or(Error::Timeout.into())
}
