//! One call of an annotated function, as its expansion drives it: lease a session, run the body, settle.
#![expect(missing_docs, reason = "for expansions, not for people; re-exported as doc(hidden)")]

mod ending;
mod retrying;

use std::{fmt, future::Future, time::Duration};

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use self::{ending::Ended, retrying::Retrying};
use crate::{
    class::Class,
    db::Place,
    driver::{Driver, Opening},
    error::{Error, Failure},
    held::Held,
    mode::{Terms, isolation},
    outcome::Exit,
    retry::Retry,
    sandbox::Outer,
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

    fn opening<K: Terms, DB: Driver>(&self, place: &Place<DB>) -> Opening {
        let Self { timeout, lock_timeout, deferrable, relaxed, retry, .. } = *self;
        Opening {
            isolation: isolation(K::LEVEL),
            writes: K::WRITES,
            timeout,
            lock_timeout,
            deferrable,
            relaxed,
            resolvable: K::WRITES && retry.is_some_and(|retry| retry.exactly_once),
            commit_timeout: place.commit_timeout(),
            sandboxed: place.sandbox().is_some(),
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
    /// Which reader of the database the transaction is on; none: the writer.
    reader: Option<usize>,
    retrying: Option<Retrying<DB>>,
}

impl<'h, DB: Driver> Run<'h, DB> {
    #[must_use]
    pub fn new(origin: Origin<'h, DB>, options: Options) -> Self {
        let retrying = match origin {
            Origin::Begin(_) => options.retry.map(Retrying::new),
            Origin::Join(_) => None,
        };
        Self { origin, options, deadline: Deadline(None), held: None, reader: None, retrying }
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
        let Options { name, nested, timeout, .. } = self.options;
        self.deadline = Deadline(timeout.map(|timeout| Instant::now() + timeout));
        let lease = match &mut self.origin {
            Origin::Begin(place) => {
                let opening = self.options.opening::<K, DB>(place);
                let begun = begin(place, &opening, name, self.deadline, &mut self.retrying);
                let transaction = within(self.deadline, begun).await.ok_or(Error::Timeout)??;
                let sandbox = place.sandbox();
                let pool = if sandbox.is_some() { Some(place.pool()) } else { transaction.pool() };
                self.held = pool.map(|pool| Held::also(pool, K::WRITES));
                self.reader = transaction.reader;
                let refuses_writes = !K::WRITES && sandbox.is_some_and(Outer::lets_readers_write);
                Lease::begun(transaction, name, refuses_writes)
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
        let ended = self.end(session, outcome, exit).await;
        if let Some(transaction) = ended.transaction {
            transaction.roll_back().await;
        }
        ended.outcome
    }

    async fn end<K: Terms, R>(&mut self, session: Session<DB, K>, outcome: Option<R>, exit: Exit<R>) -> Ended<DB, R> {
        let lease = session.into_lease();
        let outcome = match &mut self.origin {
            Origin::Begin(place) => {
                let ended = ending::end(lease, outcome, exit).await;
                if let (Some(Class::Connection), Some(reader)) = (ended.class, self.reader) {
                    place.suspect(reader, self.options.name);
                }
                return ended;
            }
            Origin::Join(joined) if self.options.nested => ending::leave(lease, joined, outcome, exit).await,
            Origin::Join(joined) => ending::hand_back::<DB, K, R>(lease, joined, outcome, exit),
        };
        Ended { outcome, class: None, transaction: None }
    }
}

/// A transaction for the next attempt: on the connection of the last one if that was kept, or on one from the pool.
async fn begin<DB: Driver>(
    place: &Place<DB>,
    opening: &Opening,
    name: &'static str,
    Deadline(until): Deadline,
    retrying: &mut Option<Retrying<DB>>,
) -> Result<Box<Transaction<DB>>, sqlx::Error> {
    let Some(retrying) = retrying else { return Ok(Box::new(place.open(opening, name, until).await?)) };
    let mut transaction = match retrying.begin_again(opening).await {
        Some(kept) => kept,
        None => Box::new(place.open(opening, name, until).await?),
    };
    transaction.attempt = retrying.begun();
    Ok(transaction)
}

impl<DB: Driver> fmt::Debug for Run<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("options", &self.options).finish_non_exhaustive()
    }
}
