//! One call of an annotated function, as its expansion drives it: lease a session, run the body, settle.
#![expect(missing_docs, reason = "for expansions, not for people; re-exported as doc(hidden)")]

mod ending;
mod options;
mod retrying;

use std::{fmt, future::Future};

use futures_util::FutureExt;
use sqlx::Pool;
use tokio::time::{Instant, timeout_at};

pub use self::options::Options;
use self::{ending::Ended, retrying::Retrying};
use crate::{
    driver::{Driver, Opening},
    error::{Error, Failure},
    held::{Held, SecondTransactions},
    mode::Terms,
    open::open,
    outcome::Exit,
    session::{Lease, Session},
    source::Origin,
    transaction::Transaction,
};

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
        let (options, retrying) = match &origin {
            Origin::Begin(place) => (options.over(place.settings()), options.retry.map(|retry| Retrying::new(retry, place.retry_policy()))),
            Origin::Join(_) => (options, None),
        };
        Self { origin, options, deadline: Deadline(None), held: None, retrying }
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
        self.deadline = Deadline(timeout.and_then(|timeout| Instant::now().checked_add(timeout)));
        let lease = match &mut self.origin {
            Origin::Begin(place) => {
                let opening = self.options.opening::<K, DB>(place);
                let (pool, second) = (place.pool(K::WRITES), self.options.second(place));
                let opened = within(self.deadline, begin(pool, &opening, second, name, &mut self.retrying)).await;
                self.held = Some(Held::also(pool, K::WRITES, name));
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
        let ended = self.end(session, outcome, exit).await;
        if let Some(transaction) = ended.transaction {
            transaction.roll_back().await;
        }
        ended.outcome
    }

    async fn end<K: Terms, R>(&mut self, session: Session<DB, K>, outcome: Option<R>, exit: Exit<R>) -> Ended<DB, R> {
        let lease = session.into_lease();
        let outcome = match &mut self.origin {
            Origin::Begin(_) => return ending::end(lease, outcome, exit).await,
            Origin::Join(joined) if self.options.nested => ending::leave(lease, joined, outcome, exit).await,
            Origin::Join(joined) => ending::hand_back::<DB, K, R>(lease, joined, outcome, exit),
        };
        Ended { outcome, class: None, transaction: None }
    }
}

/// A transaction for the next attempt: on the connection of the last one if that was kept, or on one from the pool.
async fn begin<DB: Driver>(
    pool: &Pool<DB>,
    opening: &Opening,
    second: SecondTransactions,
    name: &'static str,
    retrying: &mut Option<Retrying<DB>>,
) -> Result<Box<Transaction<DB>>, sqlx::Error> {
    let Some(retrying) = retrying else { return Ok(Box::new(open(pool, opening, second, name).await?)) };
    let mut transaction = match retrying.begin_again(opening).await {
        Some(kept) => kept,
        None => Box::new(open(pool, opening, second, name).await?),
    };
    transaction.attempt = retrying.begun();
    Ok(transaction)
}

impl<DB: Driver> fmt::Debug for Run<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("options", &self.options).finish_non_exhaustive()
    }
}
