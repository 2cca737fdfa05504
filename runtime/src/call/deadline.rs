//! The deadline of an attempt: its timeout, or the signal that closes its `Db`, whichever comes
//! first. It bounds acquiring a connection, BEGIN and the body. COMMIT has a timeout of its own.
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::FutureExt;
use pin_project_lite::pin_project;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// The time at which an attempt is cut.
#[derive(Debug, Clone, Default)]
pub struct Deadline {
    pub(super) at: Option<Instant>,
    /// The signal of `Db::close`, which cuts the attempt earlier.
    pub(super) cut: Option<CancellationToken>,
}

impl Deadline {
    pub(super) fn is_cut(&self) -> bool {
        self.cut
            .as_ref()
            .is_some_and(CancellationToken::is_cancelled)
    }
}

/// Runs `body` until the deadline. The output is `None` if the deadline passed first. This is not
/// an `async fn`, because its future would hold a second copy of every body.
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
        // The body comes first, then the close signal: a body that is ready has its outcome settled
        // even if the signal was given meanwhile. `timeout_at` polls in the same order.
        if let Poll::Ready(outcome) = this.body.poll(context) {
            return Poll::Ready(Some(outcome));
        }
        match this.cut.as_pin_mut() {
            Some(cut) => cut.poll(context).map(|()| None),
            None => Poll::Pending,
        }
    }
}
