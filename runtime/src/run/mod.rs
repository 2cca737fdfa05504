//! One call of an annotated function, as its expansion drives it: lease a session, run the body, settle.
#![expect(missing_docs, reason = "for expansions, not for people; re-exported as doc(hidden)")]

mod ending;
mod retrying;

use std::{fmt, future::Future, time::Duration};

use futures_util::FutureExt;
use sqlx::Pool;
use tokio::time::{Instant, timeout_at};

use self::{ending::Ended, retrying::Retrying};
use crate::{
    db::{COMMIT_TIMEOUT, Settings},
    driver::{Driver, Opening},
    error::{Error, Failure},
    held::{self, Held},
    mode::{Terms, isolation},
    open::open,
    outcome::{Exit, Verdict},
    retry::Retry,
    session::{Lease, Session},
    source::Origin,
    transaction::Transaction,
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
    retry: Option<Retry>,
}

impl Options {
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, timeout: None, lock_timeout: None, nested: false, deferrable: false, relaxed: false, retry: None }
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

    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    fn opening<K: Terms>(&self, settings: Option<&Settings>) -> Opening {
        let Self { timeout, lock_timeout, deferrable, relaxed, retry, .. } = *self;
        Opening {
            isolation: isolation(K::LEVEL),
            writes: K::WRITES,
            timeout,
            lock_timeout,
            deferrable,
            relaxed,
            resolvable: K::WRITES && retry.is_some_and(|retry| retry.exactly_once),
            commit_timeout: settings.map_or(COMMIT_TIMEOUT, |settings| settings.commit_timeout),
        }
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
    retrying: Option<Retrying<DB>>,
}

impl<'h, DB: Driver> Run<'h, DB> {
    #[must_use]
    pub fn new(origin: Origin<'h, DB>, options: Options) -> Self {
        let retrying = match origin {
            Origin::Begin { .. } => options.retry.map(Retrying::new),
            Origin::Join(_) => None,
        };
        Self { origin, options, deadline: Deadline(None), held: None, retrying }
    }

    /// What the body holds that calls inside of it must not wait for: in a call that joined, what its caller does.
    #[must_use]
    pub fn held(&self) -> Option<Held> {
        self.held.clone().or_else(held::current)
    }

    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The session for the body: a new transaction, or the one that is joined.
    pub async fn lease<K: Terms>(&mut self, marker: K) -> Result<Session<DB, K>, Failure> {
        let Options { name, nested, timeout, .. } = self.options;
        self.deadline = Deadline(timeout.map(|timeout| Instant::now() + timeout));
        let lease = match &mut self.origin {
            Origin::Begin { pool, settings } => {
                let opening = self.options.opening::<K>(settings.as_ref());
                let opened = within(self.deadline, begin(pool, &opening, name, &mut self.retrying)).await;
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
        let verdict = exit.verdict(outcome.as_ref());
        let failure = self.settled(session.into_lease(), K::WRITES, verdict).await;
        exit.outcome(outcome, failure)
    }

    async fn settled(&mut self, lease: Lease<DB>, writes: bool, verdict: Option<Verdict>) -> Option<Failure> {
        let ended = self.end(lease, writes, verdict).await;
        if let Some(transaction) = ended.transaction {
            transaction.roll_back().await;
        }
        ended.failure
    }

    async fn end(&mut self, lease: Lease<DB>, writes: bool, verdict: Option<Verdict>) -> Ended<DB> {
        let left = match &mut self.origin {
            Origin::Begin { .. } => return ending::end(lease, verdict).await,
            Origin::Join(joined) if self.options.nested => ending::leave(lease, joined, verdict).await,
            Origin::Join(joined) => ending::hand_back(lease, joined, writes, verdict),
        };
        Ended { failure: left.err(), class: None, transaction: None }
    }
}

/// A transaction for the next attempt: on the connection of the last one if that was kept, or on one from the pool.
async fn begin<DB: Driver>(
    pool: &Pool<DB>,
    opening: &Opening,
    name: &'static str,
    retrying: &mut Option<Retrying<DB>>,
) -> Result<Box<Transaction<DB>>, sqlx::Error> {
    let Some(retrying) = retrying else { return Ok(Box::new(open(pool, opening, name).await?)) };
    let mut transaction = match retrying.begin_again(opening).await {
        Some(kept) => kept,
        None => Box::new(open(pool, opening, name).await?),
    };
    transaction.attempt = retrying.begun();
    Ok(transaction)
}

impl<DB: Driver> fmt::Debug for Run<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("options", &self.options).finish_non_exhaustive()
    }
}
