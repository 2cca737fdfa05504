//! The attempts of a call with `#[retry_on_error]`: which failures are tried again, and what is
//! released between two attempts, in which order. The number of attempts and the pauses come from
//! [`crate::retry`].
//!
//! After the first conflict, the next attempt begins at once on the same connection. Before any
//! other attempt the order is: await the rollback, give the connection back, sleep, acquire.
use std::ops::ControlFlow;

use tokio::time::sleep;
use tracing::Instrument;

use crate::{
    call::{
        Run,
        deadline::{Deadline, within},
        ending::Ended,
        exit::Exit,
    },
    driver::{Driver, begin::BeginOptions},
    error::{Failure, class::Class},
    mode::Terms,
    retry::{
        Attempts, Pause,
        policy::{Retry, RetryPolicy},
    },
    session::{Session, source::Origin},
    transaction::{Transaction, hooks::AttemptHooks},
};

/// The state that a call keeps from one attempt to the next.
pub(super) struct Retrying<DB: Driver> {
    retry: Retry,
    attempts: Attempts,
    /// The number of retries that the call took from the budget.
    taken: u32,
    /// The transaction of the last attempt, if the next one begins on its connection.
    kept: Option<Box<Transaction<DB>>>,
    /// The hooks of the last attempt that was rolled back. They run only if no other attempt
    /// begins, which is not known before BEGIN has succeeded. Dropping them runs them in the
    /// background, so they also run if the call is cancelled while it sleeps.
    left: Option<AttemptHooks>,
}

impl<DB: Driver> Retrying<DB> {
    pub(super) fn new(retry: Retry, defaults: RetryPolicy) -> Self {
        Self {
            retry,
            attempts: Attempts::new(retry.over(defaults)),
            taken: 0,
            kept: None,
            left: None,
        }
    }

    /// Begins the next attempt on the kept connection. Returns `None` if there is none, or if that
    /// fails: the caller then acquires a connection from the pool.
    pub(super) async fn begin_again(
        &mut self,
        opening: &BeginOptions,
    ) -> Option<Box<Transaction<DB>>> {
        // It stays in `self` until BEGIN has succeeded, so that a cancelled call rolls it back.
        let kept = self.kept.as_mut()?;
        match kept.begin_again(opening).await {
            Ok(()) => self.kept.take(),
            Err(error) => {
                tracing::debug!(%error, "could not begin again on the same connection");
                self.left = self.kept.take()?.discard();
                None
            }
        }
    }

    /// The number of the running attempt, or of the next one during the pause. The first is 1.
    pub(super) fn attempt(&self) -> u32 {
        self.attempts.number
    }

    /// Drops the hooks of the last attempt, because the next one has begun, and returns the number
    /// of the new attempt.
    pub(super) fn begun(&mut self) -> u32 {
        if let Some(left) = self.left.take() {
            left.forget();
        }
        self.attempts.number
    }
}

impl<DB: Driver> Run<'_, DB> {
    /// Handles a [`lease`](Self::lease) that failed. Breaks with the outcome to return, or
    /// continues when the next attempt is due.
    pub async fn again<R>(&mut self, failure: Failure, exit: Exit<R>) -> ControlFlow<R> {
        let class = Some(failure.class());
        self.trace.failed(failure.class(), failure.code());
        // If there is one, BEGIN on the kept connection did not end before the deadline.
        let transaction = self
            .retrying
            .as_mut()
            .and_then(|retrying| retrying.kept.take());
        let call = self.trace.call();
        self.conclude(
            None,
            Ended {
                failure: Some(failure),
                class,
                transaction,
            },
            exit,
        )
        .instrument(call)
        .await
    }

    /// Ends the attempt like [`settle`](Self::settle). Breaks with the outcome to return, or
    /// continues when the next attempt is due.
    ///
    /// # Cancellation
    /// COMMIT and ROLLBACK go on in the background, and no other attempt follows. If the call is
    /// cancelled during the pause, it holds no connection, and its `after_rollback` hooks run.
    pub async fn settle_or_retry<K: Terms, R>(
        &mut self,
        session: Session<DB, K>,
        outcome: Option<R>,
        exit: Exit<R>,
    ) -> ControlFlow<R> {
        let verdict = exit.verdict(outcome.as_ref());
        let ended = self.end(session.into_lease(), K::WRITES, verdict).await;
        let call = self.trace.call();
        self.conclude(outcome, ended, exit).instrument(call).await
    }

    async fn conclude<R>(
        &mut self,
        mut outcome: Option<R>,
        mut ended: Ended<DB>,
        exit: Exit<R>,
    ) -> ControlFlow<R> {
        let mut failure = ended.failure.take();
        // Converting the failure into a response logs it. So that is done only if `when` is asked
        // or the call gives up, and not for a failure that is tried again.
        let pause = self.pause(&ended, &mut || {
            if let Some(failure) = failure.take() {
                outcome = Some(exit.failed(failure));
            }
            outcome
                .as_ref()
                .is_some_and(|outcome| exit.repeats(outcome))
        });
        let Some(pause) = pause else {
            self.give_up(ended).await;
            return ControlFlow::Break(exit.outcome(outcome, failure));
        };
        // Dropped before the pause, so that resources that the value owns are free meanwhile.
        drop(outcome);
        self.give_way(ended, pause).await;
        ControlFlow::Continue(())
    }

    /// Ends the call without another attempt: rolls back, then runs the hooks that were kept.
    async fn give_up(&mut self, ended: Ended<DB>) {
        self.close(ended).await;
        if let Some(left) = self
            .retrying
            .as_mut()
            .and_then(|retrying| retrying.left.take())
        {
            left.run().await;
        }
    }

    /// Decides whether another attempt follows, and returns the pause before it. `repeats` asks the
    /// user's `when`.
    fn pause(&mut self, ended: &Ended<DB>, repeats: &mut dyn FnMut() -> bool) -> Option<Pause> {
        let (Some(retrying), Origin::Begin(place)) = (&mut self.retrying, &self.origin) else {
            return None;
        };
        // Only successes refill the budget. Where nothing was ever taken there is nothing to
        // refill, and the lookup of a plain pool's budget is spared.
        let Some(class) = ended.class else {
            if let Some(budget) = place.used_retry_budget() {
                budget.give_back(retrying.taken);
            }
            return None;
        };
        // `when` cannot ask for two retries. After an unknown COMMIT the data may be stored, so
        // running the body again could store it twice. After `Db::close` no transaction can begin.
        if !retrying.retry.repeats(class)
            && (matches!(class, Class::CommitUnknown | Class::Closed) || !repeats())
        {
            return None;
        }
        // The other transaction may already have ended, so the first retry after a conflict does
        // not wait. It needs a connection on which no earlier statement is unanswered.
        let conflict = matches!(class, Class::Serialization | Class::Deadlock);
        let at_once = conflict
            && ended
                .transaction
                .as_ref()
                .is_some_and(|transaction| transaction.can_begin_again());
        let (name, attempt) = (self.options.name, retrying.attempts.number);
        let Some(pause) = retrying.attempts.next(at_once) else {
            tracing::debug!(
                transaction = name,
                attempt,
                ?class,
                "failed, and was the last attempt"
            );
            return None;
        };
        // While a database is down, every call fails, and retries would multiply its load.
        // Conflicts do not use the budget, because the database works.
        if matches!(class, Class::Connection | Class::CommitUnknown) {
            if !place.retry_budget().take() {
                tracing::warn!(
                    transaction = name,
                    attempt,
                    ?class,
                    "failed, and is not tried again: the retry budget is spent"
                );
                return None;
            }
            retrying.taken += 1;
        }
        tracing::debug!(
            transaction = name,
            attempt,
            ?class,
            "failed, and is tried again"
        );
        Some(pause)
    }

    /// Releases what the attempt holds, and sleeps. A retry without a pause keeps the transaction:
    /// its rollback and the next BEGIN are one message on the same connection.
    async fn give_way(&mut self, ended: Ended<DB>, pause: Pause) {
        self.trace.attempt_failed(ended.class);
        let Some(retrying) = &mut self.retrying else {
            return;
        };
        let name = self.options.name;
        if let Some(transaction) = ended.transaction {
            if pause == Pause::None {
                retrying.kept = Some(transaction);
                return;
            }
            // The rollback is awaited before the pause. Otherwise the next attempt could wait for
            // the locks of this one.
            retrying.left = transaction.roll_back_for_retry().await;
        }
        // No connection is held during the pause, so that other calls can use it.
        self.trace.lets_go();
        if let Pause::Sleep(delay) = pause {
            tracing::debug!(
                transaction = name,
                ?delay,
                "holds no connection, and sleeps"
            );
            // Only the close signal ends the pause early. The next `lease` then returns the error.
            // The timeout does not count, because each attempt has a new one.
            let _ = within(
                Deadline {
                    at: None,
                    ..self.deadline.clone()
                },
                sleep(delay),
            )
            .await;
        }
    }
}
