//! How an attempt ends: with COMMIT, with a savepoint, or by giving back what was joined.
use crate::{
    class::Class,
    driver::Driver,
    error::Error,
    mode::Terms,
    outcome::Exit,
    session::Lease,
    source::Joined,
    transaction::{Transaction, Unstored},
};

/// An attempt whose end is known, but for a rollback.
pub(super) struct Ended<DB: Driver, R> {
    /// What the caller gets, unless there is another attempt.
    pub(super) outcome: R,
    /// Why it failed: what the session saw of it, not what the body made of that. None if it did not fail.
    pub(super) class: Option<Class>,
    /// Still to be rolled back.
    pub(super) transaction: Option<Box<Transaction<DB>>>,
}

/// Ends the transaction.
pub(super) async fn end<DB: Driver, R>(lease: Lease<DB>, outcome: Option<R>, exit: Exit<R>) -> Ended<DB, R> {
    let failed = |class, transaction| Ended { outcome: exit.failed(Error::Timeout.into()), class: Some(class), transaction };
    let Some(mut transaction) = lease.into_transaction() else {
        return Ended { outcome: exit.failed(Error::Poisoned.into()), class: Some(Class::Other), transaction: None };
    };
    let Some(outcome) = outcome else { return failed(Class::Timeout, Some(transaction)) };
    let seen = transaction.health.transient();
    if !exit.commits(&outcome) || transaction.level().rollback_only {
        let class = (!exit.is_success(&outcome)).then_some(seen.unwrap_or(Class::Other));
        return Ended { outcome, class, transaction: Some(transaction) };
    }
    match transaction.commit().await {
        Ok(()) => Ended { outcome, class: None, transaction: None },
        Err(Unstored { failure, transaction }) => {
            let class = match failure.class() {
                Class::CommitUnknown => Class::CommitUnknown,
                class => seen.unwrap_or(class),
            };
            Ended { outcome: exit.failed(failure), class: Some(class), transaction }
        }
    }
}

/// Ends the savepoint, and gives the transaction back to the caller.
pub(super) async fn leave<DB: Driver, R>(mut lease: Lease<DB>, joined: &mut Joined<'_, DB>, outcome: Option<R>, exit: Exit<R>) -> R {
    let Some(transaction) = lease.transaction() else { return exit.failed(Error::Poisoned.into()) };
    let keeps = outcome.as_ref().is_some_and(|outcome| exit.commits(outcome)) && !transaction.level().rollback_only;
    let released = if keeps {
        transaction.keep().await
    } else {
        transaction.undo().await;
        Ok(())
    };
    *joined.parent = lease.into_transaction();
    match released {
        Ok(()) => outcome.unwrap_or_else(|| exit.failed(Error::Timeout.into())),
        Err(error) => exit.failed(error.into()),
    }
}

/// Gives the transaction back to the caller, whose it remains.
pub(super) fn hand_back<DB: Driver, K: Terms, R>(
    mut lease: Lease<DB>,
    joined: &mut Joined<'_, DB>,
    outcome: Option<R>,
    exit: Exit<R>,
) -> R {
    let Some(transaction) = lease.transaction() else { return exit.failed(Error::Poisoned.into()) };
    match &outcome {
        None => transaction.poison(),
        Some(outcome) if K::WRITES && !exit.commits(outcome) => lease.failed(),
        Some(_) => {}
    }
    *joined.parent = lease.into_transaction();
    outcome.unwrap_or_else(|| exit.failed(Error::Timeout.into()))
}
