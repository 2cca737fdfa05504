//! One call of an annotated function, as its expansion drives it: lease a session, run the body,
//! settle.
#![expect(
    missing_docs,
    reason = "for expansions, not for people; re-exported as doc(hidden)"
)]

pub(crate) mod deadline;
pub(crate) mod ending;
pub(crate) mod exit;
#[cfg(feature = "metrics")]
pub(crate) mod metrics;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod repeat;
#[cfg(any(
    feature = "http",
    feature = "actix-web",
    feature = "poem",
    feature = "rocket"
))]
mod response;
pub(crate) mod retrying;
pub(crate) mod trace;

use std::fmt;

use tokio::time::Instant;
use tracing::Instrument;

pub(crate) use crate::call::{
    deadline::{Deadline, within},
    options::Options,
};
#[cfg(feature = "test")]
use crate::transaction::sandbox::EnclosingTransaction;
use crate::{
    call::{
        ending::Ended,
        exit::{Exit, Verdict},
        retrying::Retrying,
        trace::Trace,
    },
    db::place::PoolOrDb,
    driver::{Driver, begin::BeginOptions},
    error::{Error, Failure, class::Class},
    mode::Terms,
    session::{Session, lease::Lease, source::Origin},
    transaction::{
        Transaction,
        begin::BeginRequest,
        gate::Call,
        task::{self, Scope, TaskTransactions},
    },
};

/// A call on its way.
pub struct Run<'h, DB: Driver> {
    origin: Origin<'h, DB>,
    options: Options,
    /// None before the first attempt, and where there is nothing that could be closed around the
    /// call.
    call: Option<Call<DB>>,
    deadline: Deadline,
    held: Option<TaskTransactions>,
    /// Which reader of the database the transaction is on; none: the writer.
    reader: Option<usize>,
    retrying: Option<Retrying<DB>>,
    trace: Trace,
}

impl<'h, DB: Driver> Run<'h, DB> {
    #[must_use]
    pub fn new(origin: Origin<'h, DB>, options: Options) -> Self {
        let (options, retrying) = match &origin {
            Origin::Begin(place) => (
                options.over(place.settings()),
                options
                    .retry
                    .map(|retry| Retrying::new(retry, place.retry_policy())),
            ),
            Origin::Join(_) => (options, None),
        };
        let (deadline, trace) = (Deadline::default(), Trace::new());
        Self {
            origin,
            options,
            call: None,
            deadline,
            held: None,
            reader: None,
            retrying,
            trace,
        }
    }

    /// What the body holds that calls inside of it must not wait for (in a call that joined, what
    /// its caller does), and the span that it is in.
    #[must_use]
    pub fn held(&self) -> Scope {
        Scope {
            held: self.held.clone().or_else(task::current),
            span: self.trace.innermost(),
        }
    }

    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline.clone()
    }

    /// The session for the body: a new transaction, or the one that is joined.
    pub async fn lease<K: Terms>(&mut self, marker: K) -> Result<Session<DB, K>, Failure> {
        let leased = match &self.origin {
            Origin::Begin(_) => self.begin::<K>().await,
            Origin::Join(_) => self.join::<K>().await,
        };
        if let (Err(failure), None) = (&leased, &self.retrying) {
            self.trace.failed(failure.class(), failure.code());
            self.trace.ended("not_begun", Some(failure.class()));
        }
        Ok(Session::new(leased?, marker))
    }

    async fn begin<K: Terms>(&mut self) -> Result<Lease<DB>, Failure> {
        let Origin::Begin(place) = &self.origin else {
            return Err(Error::Poisoned.into());
        };
        let name = self.options.name;
        let attempt = self.retrying.as_ref().map_or(1, Retrying::attempt);
        self.trace.attempts::<DB, K>(name, attempt);
        if attempt == 1 {
            self.call = place.enter()?;
        }
        self.deadline = Deadline {
            at: self
                .options
                .timeout
                .and_then(|timeout| Instant::now().checked_add(timeout)),
            cut: self.call.as_ref().map(|call| call.cut().clone()),
        };
        if self.deadline.is_cut() {
            return Err(self.overrun().into());
        }
        let opening = self.options.opening::<K>();
        #[cfg(feature = "test")]
        let opening = BeginOptions {
            enclosed: place.enclosing().is_some(),
            ..opening
        };
        let second = self.options.second(place);
        let caller = BeginRequest {
            name,
            second,
            runtime: place.runtime(),
            call: self.call.as_ref(),
            waited: self.trace.waited(),
            commit_timeout: place.commit_timeout(),
        };
        let begun = begin(
            place,
            &opening,
            &caller,
            self.deadline.at,
            &mut self.retrying,
        )
        .instrument(self.trace.innermost());
        let transaction = within(self.deadline.clone(), begun)
            .await
            .ok_or_else(|| self.overrun())??;
        self.reader = transaction.reader;
        self.trace.pool(if self.reader.is_some() {
            "reader"
        } else {
            "writer"
        });
        let pool = transaction.pool();
        #[cfg(feature = "test")]
        let pool = place.enclosing().map(|_| place.pool()).or(pool);
        self.held = pool.map(|pool| TaskTransactions::also(pool, K::WRITES, name));
        self.trace.holds();
        #[cfg(feature = "test")]
        let refuses_writes = !K::WRITES
            && place
                .enclosing()
                .is_some_and(EnclosingTransaction::lets_readers_write);
        // The server refuses the writes of a read-only transaction.
        #[cfg(not(feature = "test"))]
        let refuses_writes = false;
        Ok(Lease::begun(transaction, name, refuses_writes))
    }

    async fn join<K: Terms>(&mut self) -> Result<Lease<DB>, Failure> {
        let Origin::Join(joined) = &mut self.origin else {
            return Err(Error::Poisoned.into());
        };
        let Options {
            name,
            nested,
            timeout,
            ..
        } = self.options;
        self.trace.joins(name, nested);
        self.deadline = Deadline {
            at: timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            cut: None,
        };
        if !nested {
            return Ok(Lease::joined(joined, name, !K::WRITES));
        }
        let mut lease = Lease::nested(joined, name, !K::WRITES);
        let Some(transaction) = lease.transaction() else {
            return Err(Error::Poisoned.into());
        };
        let entered = transaction.enter().instrument(self.trace.innermost());
        within(self.deadline.clone(), entered)
            .await
            .ok_or(Error::Timeout)??;
        Ok(lease)
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

    /// Ends what [`lease`](Self::lease) began, as the outcome says; `None` is a body that did not
    /// finish before the deadline.
    pub async fn settle<K: Terms, R>(
        &mut self,
        session: Session<DB, K>,
        outcome: Option<R>,
        exit: Exit<R>,
    ) -> R {
        let verdict = exit.verdict(outcome.as_ref());
        let failure = self.settled(session.into_lease(), K::WRITES, verdict).await;
        exit.outcome(outcome, failure)
    }

    async fn settled(
        &mut self,
        lease: Lease<DB>,
        writes: bool,
        verdict: Option<Verdict>,
    ) -> Option<Failure> {
        let ended = self.end(lease, writes, verdict).await;
        let call = self.trace.call();
        self.close(ended).instrument(call).await
    }

    async fn end(&mut self, lease: Lease<DB>, writes: bool, verdict: Option<Verdict>) -> Ended<DB> {
        let verdict = verdict.ok_or_else(|| self.overrun());
        let succeeded = verdict.as_ref().is_ok_and(|verdict| verdict.succeeded);
        let span = self.trace.innermost();
        let left = match &mut self.origin {
            Origin::Begin(place) => {
                let ended = ending::end(lease, verdict, &mut self.trace)
                    .instrument(span)
                    .await;
                if let (Some(Class::Connection), Some(reader)) = (ended.class, self.reader) {
                    place.suspect(reader, self.options.name);
                }
                return ended;
            }
            Origin::Join(joined) if self.options.nested => {
                ending::leave(lease, joined, verdict).instrument(span).await
            }
            Origin::Join(joined) => ending::hand_back(lease, joined, writes, verdict),
        };
        self.trace.left(succeeded && left.is_ok());
        Ended {
            failure: left.err(),
            class: None,
            transaction: None,
        }
    }

    /// Rolls back what is to be rolled back, and says how the call has ended.
    async fn close(&mut self, ended: Ended<DB>) -> Option<Failure> {
        let how = ended.how();
        if let Some(transaction) = ended.transaction {
            transaction.roll_back().await;
        }
        self.trace.ended(how, ended.class);
        ended.failure
    }
}

/// A transaction for the next attempt: on the connection of the last one if that was kept, or on
/// one from the pool.
async fn begin<DB: Driver>(
    place: &PoolOrDb<DB>,
    opening: &BeginOptions,
    caller: &BeginRequest<'_, DB>,
    until: Option<Instant>,
    retrying: &mut Option<Retrying<DB>>,
) -> Result<Box<Transaction<DB>>, sqlx::Error> {
    let Some(retrying) = retrying else {
        return Ok(Box::new(place.open(opening, caller, until).await?));
    };
    let mut transaction = match retrying.begin_again(opening).await {
        Some(kept) => kept,
        None => Box::new(place.open(opening, caller, until).await?),
    };
    transaction.attempt = retrying.begun();
    Ok(transaction)
}

impl<DB: Driver> fmt::Debug for Run<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
