//! A call that is made again: which failures are worth it, and in which order one attempt gives way
//! to the next. How often and after which pause, [`crate::retry`] knows.
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

/// What a call carries from one attempt to the next.
pub(super) struct Retrying<DB: Driver> {
    retry: Retry,
    attempts: Attempts,
    /// What it took from the budget.
    taken: u32,
    /// The last attempt's transaction, which the next one begins on.
    kept: Option<Box<Transaction<DB>>>,
    /// The hooks of the last attempt that was rolled back, for the case that there is no other.
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

    /// The transaction that was kept, begun anew. A connection that did not survive the conflict is
    /// as good as any other.
    pub(super) async fn begin_again(
        &mut self,
        opening: &BeginOptions,
    ) -> Option<Box<Transaction<DB>>> {
        // In its place until it is begun: a call that is cancelled rolls it back.
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

    /// The number of the attempt that runs, or comes next.
    pub(super) fn attempt(&self) -> u32 {
        self.attempts.number
    }

    /// Notes that the next attempt has begun, and returns its number.
    pub(super) fn begun(&mut self) -> u32 {
        if let Some(left) = self.left.take() {
            left.forget();
        }
        self.attempts.number
    }
}

impl<DB: Driver> Run<'_, DB> {
    /// After a [`lease`](Self::lease) that failed: breaks with what is to be returned, or continues
    /// once it is time for the next attempt.
    pub async fn again<R>(&mut self, failure: Failure, exit: Exit<R>) -> ControlFlow<R> {
        let class = Some(failure.class());
        self.trace.failed(failure.class(), failure.code());
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

    /// [`settle`](Self::settle), and breaks with what is to be returned, or continues once it is
    /// time for the next attempt.
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
        // A response that is made of a failure logs it, and one that is tried again is none yet.
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
        drop(outcome);
        self.give_way(ended, pause).await;
        ControlFlow::Continue(())
    }

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

    /// What comes before the next attempt, if there is to be one: `repeats` is what the user's
    /// `when` says.
    fn pause(&mut self, ended: &Ended<DB>, repeats: &mut dyn FnMut() -> bool) -> Option<Pause> {
        let (Some(retrying), Origin::Begin(place)) = (&mut self.retrying, &self.origin) else {
            return None;
        };
        let Some(class) = ended.class else {
            if let Some(budget) = place.used_retry_budget() {
                budget.give_back(retrying.taken);
            }
            return None;
        };
        // Nor is there anything to begin on once the handle is closed, whatever `when` says.
        if !retrying.retry.repeats(class)
            && (matches!(class, Class::CommitUnknown | Class::Closed) || !repeats())
        {
            return None;
        }
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

    /// Frees what the attempt holds before it sleeps: its locks, then its connection.
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
            retrying.left = transaction.roll_back_for_retry().await;
        }
        self.trace.lets_go();
        if let Pause::Sleep(delay) = pause {
            tracing::debug!(
                transaction = name,
                ?delay,
                "holds no connection, and sleeps"
            );
            // If it is cut short, the next lease says so.
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
