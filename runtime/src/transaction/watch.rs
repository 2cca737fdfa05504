//! Watches one statement: passes its items on, records its error, and notices when it is dropped
//! before its end.
use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use sqlx::Either;

use crate::{
    driver::{Driver, Step, effect::Progress},
    transaction::state::Health,
};

/// A statement's future or stream, and the session's record of it.
pub(crate) struct Watch<'e, S, DB: Driver> {
    statement: S,
    health: &'e mut Health,
    /// How far it got; none before it was started and after it ended.
    progress: Option<Progress>,
    reads: bool,
    driver: PhantomData<fn() -> DB>,
}

impl<'e, S, DB: Driver> Watch<'e, S, DB> {
    pub(crate) fn new(statement: S, health: &'e mut Health, reads: bool) -> Self {
        Self {
            statement,
            health,
            progress: None,
            reads,
            driver: PhantomData,
        }
    }
}

impl<T, S, DB: Driver> Future for Watch<'_, S, DB>
where
    S: Future<Output = Result<T, sqlx::Error>> + Unpin,
{
    type Output = Result<T, sqlx::Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.progress = Some(Progress::Waiting);
        let Poll::Ready(outcome) = Pin::new(&mut self.statement).poll(context) else {
            return Poll::Pending;
        };
        self.progress = None;
        if outcome.is_ok() {
            let reads = self.reads;
            self.health.completed(reads);
        }
        Poll::Ready(outcome.map_err(|error| self.health.observe::<DB>(error)))
    }
}

impl<S, DB: Driver> Stream for Watch<'_, S, DB>
where
    S: Stream<Item = Result<Step<DB>, sqlx::Error>> + Unpin,
{
    type Item = Result<Step<DB>, sqlx::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.progress = Some(Progress::Waiting);
        let Poll::Ready(item) = Pin::new(&mut self.statement).poll_next(context) else {
            return Poll::Pending;
        };
        self.progress = match &item {
            Some(Ok(Either::Right(_))) => Some(Progress::AfterRow),
            Some(Ok(Either::Left(_))) => Some(Progress::AfterResult),
            Some(Err(_)) | None => None,
        };
        if item.is_none() {
            let reads = self.reads;
            self.health.completed(reads);
        }
        Poll::Ready(item.map(|item| item.map_err(|error| self.health.observe::<DB>(error))))
    }
}

impl<S, DB: Driver> Drop for Watch<'_, S, DB> {
    fn drop(&mut self) {
        if let Some(progress) = self.progress {
            self.health.cut::<DB>(progress, self.reads);
        }
    }
}
