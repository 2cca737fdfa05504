//! Watches one statement: passes its items on, records its error, and notices when it is dropped
//! before its end.
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use sqlx::Either;

use crate::{driver::effect::Progress, transaction::state::TransactionState};

/// A statement's future or stream, and the session's record of it.
pub(crate) struct Watch<'e, S> {
    statement: S,
    state: &'e mut TransactionState,
    /// How far it got; none before it was started and after it ended.
    progress: Option<Progress>,
    reads: bool,
}

impl<'e, S> Watch<'e, S> {
    pub(crate) fn new(statement: S, state: &'e mut TransactionState, reads: bool) -> Self {
        Self {
            statement,
            state,
            progress: None,
            reads,
        }
    }
}

impl<T, S> Future for Watch<'_, S>
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
            self.state.completed(reads);
        }
        Poll::Ready(outcome.map_err(|error| self.state.observe(error)))
    }
}

impl<Q, R, S> Stream for Watch<'_, S>
where
    S: Stream<Item = Result<Either<Q, R>, sqlx::Error>> + Unpin,
{
    type Item = Result<Either<Q, R>, sqlx::Error>;

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
            self.state.completed(reads);
        }
        Poll::Ready(item.map(|item| item.map_err(|error| self.state.observe(error))))
    }
}

impl<S> Drop for Watch<'_, S> {
    fn drop(&mut self) {
        if let Some(progress) = self.progress {
            self.state.cancelled(progress, self.reads);
        }
    }
}
