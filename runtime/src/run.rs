//! One call of an annotated function, as its expansion drives it: lease a session, run the body, settle.
#![expect(missing_docs, reason = "for expansions, not for people; re-exported as doc(hidden)")]

use std::{fmt, future::Future, time::Duration};

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use crate::{
    driver::{Driver, Opening},
    error::{Error, Failure},
    held::Held,
    mode::{Terms, isolation},
    open::open,
    outcome::Exit,
    session::{Lease, Session},
    source::{Joined, Origin},
};

/// What the attribute says, as constants.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    name: &'static str,
    timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    nested: bool,
    deferrable: bool,
    relaxed: bool,
}

impl Options {
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, timeout: None, lock_timeout: None, nested: false, deferrable: false, relaxed: false }
    }

    #[must_use]
    pub const fn timeout(mut self, nanoseconds: u64) -> Self {
        self.timeout = Some(Duration::from_nanos(nanoseconds));
        self
    }

    #[must_use]
    pub const fn lock_timeout(mut self, nanoseconds: u64) -> Self {
        self.lock_timeout = Some(Duration::from_nanos(nanoseconds));
        self
    }

    #[must_use]
    pub const fn nested(mut self) -> Self {
        self.nested = true;
        self
    }

    #[must_use]
    pub const fn deferrable(mut self) -> Self {
        self.deferrable = true;
        self
    }

    #[must_use]
    pub const fn relaxed(mut self) -> Self {
        self.relaxed = true;
        self
    }

    const fn opening<K: Terms>(&self) -> Opening {
        let Self { timeout, lock_timeout, deferrable, relaxed, .. } = *self;
        Opening { isolation: isolation(K::LEVEL), writes: K::WRITES, timeout, lock_timeout, deferrable, relaxed }
    }
}

/// When the attempt has to be over.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Option<Instant>);

/// Runs `body` until the deadline; none if that passed first. Not an `async fn`, which would hold a second copy of every body.
pub fn within<F: Future>(deadline: Deadline, body: F) -> impl Future<Output = Option<F::Output>> {
    match deadline.0 {
        Some(deadline) => timeout_at(deadline, body).map(Result::ok).left_future(),
        None => body.map(Some).right_future(),
    }
}

/// A call on its way.
pub struct Run<'h, DB: Driver> {
    origin: Origin<'h, DB>,
    options: Options,
    deadline: Deadline,
    held: Option<Held>,
}

impl<'h, DB: Driver> Run<'h, DB> {
    #[must_use]
    pub fn new(origin: Origin<'h, DB>, options: Options) -> Self {
        let deadline = Deadline(options.timeout.map(|timeout| Instant::now() + timeout));
        Self { origin, options, deadline, held: None }
    }

    /// What the body holds that calls inside of it must not wait for.
    #[must_use]
    pub fn held(&self) -> Option<Held> {
        self.held.clone()
    }

    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The session for the body: a new transaction, or the one that is joined.
    pub async fn lease<K: Terms>(&mut self, marker: K) -> Result<Session<DB, K>, Failure> {
        let Options { name, nested, .. } = self.options;
        let lease = match &mut self.origin {
            Origin::Begin(pool) => {
                let opening = self.options.opening::<K>();
                let opened = within(self.deadline, open(pool, &opening, name)).await;
                self.held = Some(Held::also(pool, K::WRITES));
                Lease::begun(opened.ok_or(Error::Timeout)??, name)
            }
            Origin::Join(joined) if nested => {
                let mut lease = Lease::nested(joined, name, !K::WRITES);
                let Some(transaction) = lease.transaction() else { return Err(Error::Poisoned.into()) };
                within(self.deadline, transaction.enter()).await.ok_or(Error::Timeout)??;
                lease
            }
            Origin::Join(joined) => Lease::joined(joined, name, !K::WRITES),
        };
        Ok(Session::new(lease, marker))
    }

    /// Ends what [`lease`](Self::lease) began, as the outcome says; `None` is a body that did not finish before the deadline.
    pub async fn settle<K: Terms, R>(mut self, session: Session<DB, K>, outcome: Option<R>, exit: Exit<R>) -> R {
        let lease = session.into_lease();
        match &mut self.origin {
            Origin::Begin(_) => end(lease, outcome, exit).await,
            Origin::Join(joined) if self.options.nested => leave(lease, joined, outcome, exit).await,
            Origin::Join(joined) => hand_back::<DB, K, R>(lease, joined, outcome, exit),
        }
    }
}

/// Ends the transaction.
async fn end<DB: Driver, R>(lease: Lease<DB>, outcome: Option<R>, exit: Exit<R>) -> R {
    let Some(mut transaction) = lease.into_transaction() else { return exit.failed(Error::Poisoned.into()) };
    let commits = outcome.as_ref().is_some_and(|outcome| exit.commits(outcome)) && !transaction.level().rollback_only;
    if !commits {
        transaction.roll_back().await;
    } else if let Err(failure) = transaction.commit().await {
        return exit.failed(failure);
    }
    outcome.unwrap_or_else(|| exit.failed(Error::Timeout.into()))
}

/// Ends the savepoint, and gives the transaction back to the caller.
async fn leave<DB: Driver, R>(mut lease: Lease<DB>, joined: &mut Joined<'_, DB>, outcome: Option<R>, exit: Exit<R>) -> R {
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
fn hand_back<DB: Driver, K: Terms, R>(mut lease: Lease<DB>, joined: &mut Joined<'_, DB>, outcome: Option<R>, exit: Exit<R>) -> R {
    let Some(transaction) = lease.transaction() else { return exit.failed(Error::Poisoned.into()) };
    match &outcome {
        None => transaction.health.poison(),
        Some(outcome) if K::WRITES && !exit.commits(outcome) => lease.failed(),
        Some(_) => {}
    }
    *joined.parent = lease.into_transaction();
    outcome.unwrap_or_else(|| exit.failed(Error::Timeout.into()))
}

impl<DB: Driver> fmt::Debug for Run<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("options", &self.options).finish_non_exhaustive()
    }
}
