//! One call of an annotated function, as its expansion drives it: lease a session, run the body, settle.
#![expect(missing_docs, reason = "for expansions, not for people; re-exported as doc(hidden)")]

mod ending;
mod options;
mod retrying;
mod within;

use std::fmt;

use tokio::time::Instant;

use self::{ending::Ended, retrying::Retrying};
pub use self::{
    options::Options,
    within::{Deadline, within},
};
use crate::{
    class::Class,
    db::{Call, Place},
    driver::{Driver, Opening},
    error::{Error, Failure},
    held::Held,
    mode::Terms,
    open::Caller,
    outcome::Exit,
    session::{Lease, Session},
    source::Origin,
    transaction::Transaction,
};

/// A call on its way.
pub struct Run<'h, DB: Driver> {
    origin: Origin<'h, DB>,
    options: Options,
    /// None before the first attempt, and where there is nothing that could be closed around the call.
    call: Option<Call<DB>>,
    deadline: Deadline,
    held: Option<Held>,
    /// Which reader of the database the transaction is on; none: the writer.
    reader: Option<usize>,
    retrying: Option<Retrying<DB>>,
}

impl<'h, DB: Driver> Run<'h, DB> {
    #[must_use]
    pub fn new(origin: Origin<'h, DB>, options: Options) -> Self {
        let (options, retrying) = match &origin {
            Origin::Begin(place) => (options.over(place.settings()), options.retry.map(|retry| Retrying::new(retry, place.retry_policy()))),
            Origin::Join(_) => (options, None),
        };
        Self { origin, options, call: None, deadline: Deadline::default(), held: None, reader: None, retrying }
    }

    /// What the body holds that calls inside of it must not wait for.
    #[must_use]
    pub fn held(&self) -> Option<Held> {
        self.held.clone()
    }

    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline.clone()
    }

    /// The session for the body: a new transaction, or the one that is joined.
    pub async fn lease<K: Terms>(&mut self, marker: K) -> Result<Session<DB, K>, Failure> {
        let Options { name, nested, timeout, .. } = self.options;
        if let (Origin::Begin(place), None) = (&self.origin, &self.call) {
            self.call = place.enter()?;
        }
        self.deadline = Deadline {
            at: timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            cut: self.call.as_ref().map(|call| call.cut().clone()),
        };
        if self.deadline.is_cut() {
            return Err(self.overrun().into());
        }
        let lease = match &mut self.origin {
            Origin::Begin(place) => {
                let opening = self.options.opening::<K, DB>(place);
                let caller = Caller { name, second: self.options.second(place), call: self.call.as_ref() };
                let begun = begin(place, &opening, &caller, self.deadline.at, &mut self.retrying);
                let opened = within(self.deadline.clone(), begun).await;
                let sandbox = place.sandbox().map(|sandbox| (place.pool().clone(), sandbox.lets_readers_write()));
                let transaction = opened.ok_or_else(|| self.overrun())??;
                let pool = sandbox.as_ref().map(|(pool, _)| pool).or_else(|| transaction.pool());
                self.held = pool.map(|pool| Held::also(pool, K::WRITES, name));
                self.reader = transaction.reader;
                let refuses_writes = !K::WRITES && sandbox.is_some_and(|(_, lets)| lets);
                Lease::begun(transaction, name, refuses_writes)
            }
            Origin::Join(joined) if nested => {
                let mut lease = Lease::nested(joined, name, !K::WRITES);
                let Some(transaction) = lease.transaction() else { return Err(Error::Poisoned.into()) };
                within(self.deadline.clone(), transaction.enter()).await.ok_or(Error::Timeout)??;
                lease
            }
            Origin::Join(joined) => Lease::joined(joined, name, !K::WRITES),
        };
        Ok(Session::new(lease, marker))
    }

    /// Why something did not end within the deadline.
    fn overrun(&self) -> Error {
        match &self.call {
            Some(call) if self.deadline.is_cut() => {
                call.was_cut(self.options.name);
                Error::Cut
            }
            _ => Error::Timeout,
        }
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
        let outcome = outcome.ok_or_else(|| self.overrun());
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
    caller: &Caller<'_, DB>,
    until: Option<Instant>,
    retrying: &mut Option<Retrying<DB>>,
) -> Result<Box<Transaction<DB>>, sqlx::Error> {
    let Some(retrying) = retrying else { return Ok(Box::new(place.open(opening, caller, until).await?)) };
    let mut transaction = match retrying.begin_again(opening).await {
        Some(kept) => kept,
        None => Box::new(place.open(opening, caller, until).await?),
    };
    transaction.attempt = retrying.begun();
    Ok(transaction)
}

impl<DB: Driver> fmt::Debug for Run<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("options", &self.options).finish_non_exhaustive()
    }
}
