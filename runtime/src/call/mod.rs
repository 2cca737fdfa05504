//! One call of an annotated function. Its expansion creates a [`Run`] and calls its methods in
//! order: `lease` begins or joins a transaction, the body runs, and `settle` ends the transaction.
//!
//! The files of this module own what surrounds a transaction: the options of the attribute, the
//! deadline, the outcome, the attempts, spans and metrics. BEGIN, COMMIT and ROLLBACK themselves
//! belong to `transaction/`.
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

/// A call in progress.
pub struct Run<'h, DB: Driver> {
    origin: Origin<'h, DB>,
    options: Options,
    /// Counts the call, so that `Db::close` waits for it. `None` before the first attempt, and on a
    /// plain pool, which has no gate.
    call: Option<Call<DB>>,
    deadline: Deadline,
    held: Option<TaskTransactions>,
    /// The index of the reader that the transaction runs on. `None`: it runs on the writer.
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

    /// The scope that the body is polled in: its span, and the transactions that the task holds. A
    /// second transaction inside the body would wait for their connections. A call that joined has
    /// the transactions of its caller.
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

    /// Returns the session for the body, in a new transaction or in the joined one.
    ///
    /// # Errors
    /// The transaction or the savepoint could not begin, or not before the deadline.
    pub async fn lease<K: Terms>(&mut self, marker: K) -> Result<Session<DB, K>, Failure> {
        let leased = match &self.origin {
            Origin::Begin(_) => self.begin::<K>().await,
            Origin::Join(_) => self.join::<K>().await,
        };
        // A call that retries records the failure in `again`, which may begin another attempt.
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
        // Each attempt has the whole timeout. One that is too long for an `Instant` sets no limit.
        self.deadline = Deadline {
            at: self
                .options
                .timeout
                .and_then(|timeout| Instant::now().checked_add(timeout)),
            cut: self.call.as_ref().map(|call| call.cut().clone()),
        };
        // `Db::close` may have given the signal while the call slept between two attempts.
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
        // A transaction in a sandbox names the pool that the sandbox was opened on. What the task
        // holds is the only connection of the sandbox's own pool.
        #[cfg(feature = "test")]
        let pool = place.enclosing().map(|_| place.pool()).or(pool);
        self.held = pool.map(|pool| TaskTransactions::also(pool, K::WRITES, name));
        self.trace.holds();
        // The server refuses the writes of a read-only transaction. In a sandbox on MySQL it knows
        // only the enclosing transaction, which writes, so the session refuses them.
        #[cfg(feature = "test")]
        let refuses_writes = !K::WRITES
            && place
                .enclosing()
                .is_some_and(EnclosingTransaction::lets_readers_write);
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
        // The body of the call that began the transaction watches the close signal. It drops this
        // call too.
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

    /// Returns the error for work that the deadline ended: the close signal, or else the timeout.
    fn overrun(&self) -> Error {
        match &self.call {
            Some(call) if self.deadline.is_cut() => {
                call.was_cut(self.options.name);
                Error::Cut
            }
            _ => Error::Timeout,
        }
    }

    /// Ends what [`lease`](Self::lease) began, and returns what the caller gets. An `outcome` of
    /// `None` means that the body did not finish before the deadline.
    ///
    /// # Cancellation
    /// COMMIT and ROLLBACK go on in the background.
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
                // Has the reader checked in the background, so that later calls avoid it if it is
                // down.
                if let (Some(Class::Connection), Some(reader)) = (ended.class, self.reader) {
                    place.lost_connection(reader, self.options.name);
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

    /// Rolls back the transaction if it is still open, and records how the call ended.
    async fn close(&mut self, ended: Ended<DB>) -> Option<Failure> {
        let how = ended.how();
        if let Some(transaction) = ended.transaction {
            transaction.roll_back().await;
        }
        self.trace.ended(how, ended.class);
        ended.failure
    }
}

/// Begins the transaction of the next attempt. If the last attempt kept its connection, the
/// transaction begins on it, otherwise on a connection from the pool.
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
