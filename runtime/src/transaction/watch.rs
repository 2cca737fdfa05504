//! Watches one statement: passes its items on, and records its error, its completion, or that it
//! was dropped before its end. What these mean for the transaction is decided in `state`.
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use sqlx::Either;

use crate::{driver::effect::Progress, transaction::state::TransactionState};

/// A statement's future or stream, and the state that its outcome is recorded in.
pub(crate) struct Watch<'e, S> {
    statement: S,
    state: &'e mut TransactionState,
    /// How far the statement got. `None` before its first poll and after its end: dropping it then
    /// cancels nothing.
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
        // Set before the poll, which may send the statement.
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
        // On MySQL a stream can be dropped between two rows. Dropped while it waits, it leaves the
        // connection out of step.
        self.progress = match &item {
            Some(Ok(Either::Right(_))) => Some(Progress::AfterRow),
            Some(Ok(Either::Left(_))) => Some(Progress::AfterResult),
            Some(Err(_)) | None => None,
        };
        // Only the end of the stream shows that the statement succeeded.
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
            // The statement may have been sent, and the server may still execute it.
            self.state.cancelled(progress, self.reads);
        }
    }
}
