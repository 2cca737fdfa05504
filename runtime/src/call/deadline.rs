//! Until when a body may run: its deadline, or the end of its `Db`.
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::FutureExt;
use pin_project_lite::pin_project;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// When the attempt has to be over.
#[derive(Debug, Clone, Default)]
pub struct Deadline {
    pub(super) at: Option<Instant>,
    /// Also when this signal is given.
    pub(super) cut: Option<CancellationToken>,
}

impl Deadline {
    pub(super) fn is_cut(&self) -> bool {
        self.cut
            .as_ref()
            .is_some_and(CancellationToken::is_cancelled)
    }
}

/// Runs `body` until the deadline; none if that passed first. Not an `async fn`, which would hold a
/// second copy of every body.
pub fn within<F: Future>(deadline: Deadline, body: F) -> impl Future<Output = Option<F::Output>> {
    let body = UntilClosed {
        body,
        cut: deadline.cut.map(CancellationToken::cancelled_owned),
    };
    match deadline.at {
        Some(deadline) => timeout_at(deadline, body)
            .map(|outcome| outcome.ok().flatten())
            .left_future(),
        None => body.right_future(),
    }
}

pin_project! {
    struct UntilClosed<F> {
        #[pin]
        body: F,
        #[pin]
        cut: Option<WaitForCancellationFutureOwned>,
    }
}

impl<F: Future> Future for UntilClosed<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(outcome) = this.body.poll(context) {
            return Poll::Ready(Some(outcome));
        }
        match this.cut.as_pin_mut() {
            Some(cut) => cut.poll(context).map(|()| None),
            None => Poll::Pending,
        }
    }
}
