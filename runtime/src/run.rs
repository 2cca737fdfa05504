//! One call of an annotated function, as its expansion drives it: lease a session, run the body, settle.
#![expect(missing_docs, reason = "for expansions, not for people; re-exported as doc(hidden)")]

use std::{fmt, future::Future, time::Duration};

use tokio::time::{Instant, timeout_at};

use crate::{
    driver::{Driver, Opening},
    error::{Error, Failure},
    mode::{Terms, isolation},
    open::open,
    outcome::Exit,
    session::{Lease, Session},
    source::Origin,
};

/// What the attribute says, as constants.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    name: &'static str,
    timeout: Option<Duration>,
}

impl Options {
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, timeout: None }
    }

    #[must_use]
    pub const fn timeout(mut self, nanoseconds: u64) -> Self {
        self.timeout = Some(Duration::from_nanos(nanoseconds));
        self
    }
}

/// When the attempt has to be over.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Option<Instant>);

/// Runs `body` until the deadline; none if that passed first.
pub async fn within<F: Future>(deadline: Deadline, body: F) -> Option<F::Output> {
    match deadline.0 {
        Some(deadline) => timeout_at(deadline, body).await.ok(),
        None => Some(body.await),
    }
}

/// A call on its way.
pub struct Run<'h, DB: Driver> {
    origin: Origin<'h, DB>,
    options: Options,
    deadline: Deadline,
}

impl<'h, DB: Driver> Run<'h, DB> {
    #[must_use]
    pub fn new(origin: Origin<'h, DB>, options: Options) -> Self {
        let deadline = Deadline(options.timeout.map(|timeout| Instant::now() + timeout));
        Self { origin, options, deadline }
    }

    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The session for the body: a new transaction, or the one that is joined.
    pub async fn lease<K: Terms>(&mut self, marker: K) -> Result<Session<DB, K>, Failure> {
        let lease = match &mut self.origin {
            Origin::Join(joined) => Lease::joined(joined),
            Origin::Begin(pool) => {
                let opening = Opening { isolation: isolation(K::LEVEL), writes: K::WRITES, timeout: self.options.timeout };
                let opened = within(self.deadline, open(pool, &opening, self.options.name)).await;
                Lease::begun(opened.ok_or(Error::Timeout)??)
            }
        };
        Ok(Session::new(lease, marker))
    }

    /// Ends what [`lease`](Self::lease) began, as the outcome says; `None` is a body that did not finish before the deadline.
    pub async fn settle<K, R>(mut self, session: Session<DB, K>, outcome: Option<R>, exit: Exit<R>) -> R {
        let Some(mut transaction) = session.into_lease().into_transaction() else {
            return exit.failed(Error::Poisoned.into());
        };
        if let Origin::Join(joined) = &mut self.origin {
            if outcome.is_none() {
                transaction.health.poison();
            }
            *joined.parent = Some(transaction);
            return outcome.unwrap_or_else(|| exit.failed(Error::Timeout.into()));
        }
        match outcome {
            Some(outcome) if (exit.is_success)(&outcome) => match transaction.commit().await {
                Ok(()) => outcome,
                Err(failure) => exit.failed(failure),
            },
            Some(outcome) => {
                transaction.roll_back().await;
                outcome
            }
            None => {
                transaction.roll_back().await;
                exit.failed(Error::Timeout.into())
            }
        }
    }
}

impl<DB: Driver> fmt::Debug for Run<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("options", &self.options).finish_non_exhaustive()
    }
}
