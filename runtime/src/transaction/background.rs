//! Work that runs to its end even if the call that awaits it is dropped: COMMIT and ROLLBACK. It is
//! polled inside of one runtime from its first poll on, the one where it would go on. A tokio timer
//! belongs to the runtime that it was created in, and panics when that runtime has ended.
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::future::BoxFuture;
use tokio::runtime::Handle;

/// A future that goes on in the background when it is dropped before its end.
pub(crate) struct Uncancelled<T: Send + 'static> {
    work: Option<BoxFuture<'static, T>>,
    runtime: Handle,
}

impl<T: Send + 'static> Uncancelled<T> {
    pub(crate) fn new(runtime: Handle, work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            work: Some(Box::pin(work)),
            runtime,
        }
    }
}

impl<T: Send + 'static> Future for Uncancelled<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Self {
            work: Some(work),
            runtime,
        } = &mut *self
        else {
            return Poll::Pending;
        };
        // Timers that this poll creates must not belong to the caller's runtime, which can end
        // sooner.
        let _inside = runtime.enter();
        let polled = work.as_mut().poll(context);
        if polled.is_ready() {
            self.work = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Uncancelled<T> {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            spawn(&self.runtime, Box::pin(async { drop(work.await) }));
        }
    }
}

/// Spawns boxed work, so that all tasks have one type: a program contains tokio's code for a task
/// once for each type.
pub(crate) fn spawn(runtime: &Handle, work: BoxFuture<'static, ()>) {
    runtime.spawn(work);
}
