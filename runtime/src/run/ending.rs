//! How an attempt ends: with COMMIT, with a savepoint, or by giving back what was joined.
use super::trace::Trace;
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

impl<DB: Driver, R> Ended<DB, R> {
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

/// Ends the transaction.
pub(super) async fn end<DB: Driver, R>(lease: Lease<DB>, outcome: Result<R, Error>, exit: Exit<R>, trace: &mut Trace) -> Ended<DB, R> {
    let (transaction, outcome) = match (lease.into_transaction(), outcome) {
        (Some(transaction), Ok(outcome)) => (transaction, outcome),
        (transaction, outcome) => {
            let error = outcome.err().filter(|_| transaction.is_some()).unwrap_or(Error::Poisoned);
            trace.failed(error.class(), error.sqlstate().map(Into::into));
            return Ended { class: Some(error.class()), outcome: exit.failed(error.into()), transaction };
        }
    };
    let mut transaction = transaction;
    let seen = transaction.health.transient();
    if !exit.commits(&outcome) || transaction.level().rollback_only {
        let class = (!exit.is_success(&outcome)).then_some(seen.unwrap_or(Class::Other));
        if let (Some(_), Some((class, code))) = (class, transaction.health.cause()) {
            trace.failed(class, code.map(Into::into));
        }
        return Ended { outcome, class, transaction: Some(transaction) };
    }
    match transaction.commit().await {
        Ok(()) => Ended { outcome, class: None, transaction: None },
        Err(Unstored { failure, transaction }) => {
            trace.failed(failure.class(), failure.code());
            let class = match failure.class() {
                Class::CommitUnknown => Class::CommitUnknown,
                class => seen.unwrap_or(class),
            };
            Ended { outcome: exit.failed(failure), class: Some(class), transaction }
        }
    }
}

/// Ends the savepoint, and gives the transaction back to the caller.
pub(super) async fn leave<DB: Driver, R>(mut lease: Lease<DB>, joined: &mut Joined<'_, DB>, outcome: Result<R, Error>, exit: Exit<R>) -> R {
    let Some(transaction) = lease.transaction() else { return exit.failed(Error::Poisoned.into()) };
    let keeps = outcome.as_ref().is_ok_and(|outcome| exit.commits(outcome)) && !transaction.level().rollback_only;
    let released = if keeps {
        transaction.keep().await
    } else {
        transaction.undo().await;
        Ok(())
    };
    *joined.parent = lease.into_transaction();
    match released {
        Ok(()) => outcome.unwrap_or_else(|overrun| exit.failed(overrun.into())),
        Err(error) => exit.failed(error.into()),
    }
}

/// Gives the transaction back to the caller, whose it remains.
pub(super) fn hand_back<DB: Driver, K: Terms, R>(
    mut lease: Lease<DB>,
    joined: &mut Joined<'_, DB>,
    outcome: Result<R, Error>,
    exit: Exit<R>,
) -> R {
    let Some(transaction) = lease.transaction() else { return exit.failed(Error::Poisoned.into()) };
    match &outcome {
        Err(_) => transaction.poison(),
        Ok(outcome) if K::WRITES && !exit.commits(outcome) => lease.failed(),
        Ok(_) => {}
    }
    *joined.parent = lease.into_transaction();
    outcome.unwrap_or_else(|overrun| exit.failed(overrun.into()))
}
