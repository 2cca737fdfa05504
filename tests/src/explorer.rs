//! Cancels a call at each of its polls, as `timeout`, `select!` and a client that disconnects do.
//!
//! A future is only polled after it was woken. "Poll k" is therefore always the same place in the
//! call, independent of the load.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::task::AtomicWaker;

/// When the future is dropped after its last poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At once: the answer that the future waits for is still on its way.
    AtOnce,
    /// When the future was woken: the answer has arrived, and is not read. After 4 ms if nothing
    /// arrives.
    Woken,
}

impl When {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AtOnce, Self::Woken];

    /// The longest wait of [`When::Woken`].
    const LIMIT: Duration = Duration::from_millis(4);
}

/// The poll at which a call is cancelled.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    polls: usize,
    when: When,
}

impl Cut {
    /// After `polls` polls. The first poll is 1.
    #[must_use]
    pub const fn at(polls: usize, when: When) -> Self {
        Self { polls, when }
    }

    /// After how many polls.
    #[must_use]
    pub const fn polls(self) -> usize {
        self.polls
    }

    /// Runs `call`. Returns `None` if it was dropped before its end.
    pub async fn apply<F: Future>(self, call: F) -> Option<F::Output> {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        // Dropped when this function returns, directly after its last poll.
        let mut call = pin!(call);
        for _ in 0..self.polls {
            woken.wait().await;
            if let Poll::Ready(output) = call.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Some(output);
            }
        }
        if self.when == When::Woken {
            // The call may never be woken: it may wait for a lock.
            tokio::time::timeout(When::LIMIT, woken.wait()).await.ok();
        }
        None
    }
}

/// Polls `call` up to `polls` times, and leaves it in that state. Returns its output if it ended. A
/// future in a task of its own is polled only when it was woken.
pub async fn polled<F: Future + ?Sized>(mut call: Pin<&mut F>, polls: usize) -> Option<F::Output> {
    let mut left = polls;
    std::future::poll_fn(|context| {
        left -= 1;
        match call.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// How often a call is cancelled at least. On a fast server, the number of polls of a call varies.
const ENOUGH: usize = 20;

/// The result of cancelling a call at each of its polls.
#[derive(Debug, Default)]
pub struct Explored {
    /// How often it was cancelled.
    pub cancelled: usize,
    /// How often it ran to its end.
    pub finished: usize,
    /// The largest number of polls after which it was cancelled.
    pub polls: usize,
}

/// Runs `round` for each poll of the call and both [`When`]s, until the call has run to its end
/// three times in a row. Repeats this until the call was cancelled [`ENOUGH`] times, because the
/// number of polls depends on how the bytes arrive. `round` applies the cut, makes its checks, and
/// returns whether the call ended by itself.
pub async fn every_poll(mut round: impl AsyncFnMut(Cut) -> bool) -> Explored {
    let mut explored = Explored::default();
    while explored.cancelled < ENOUGH {
        for when in When::ALL {
            explore(when, &mut explored, &mut round).await;
        }
    }
    explored
}

async fn explore(when: When, explored: &mut Explored, round: &mut impl AsyncFnMut(Cut) -> bool) {
    let mut in_a_row = 0;
    for polls in 1.. {
        assert!(polls < 10_000, "the call never ends");
        if round(Cut::at(polls, when)).await {
            explored.finished += 1;
            in_a_row += 1;
        } else {
            explored.cancelled += 1;
            explored.polls = explored.polls.max(polls);
            in_a_row = 0;
        }
        if in_a_row == 3 {
            return;
        }
    }
}

/// Whether the future may be polled: true at the start, and after each wake.
#[derive(Debug)]
struct Woken {
    flag: AtomicBool,
    task: AtomicWaker,
}

impl Default for Woken {
    fn default() -> Self {
        Self {
            flag: AtomicBool::new(true),
            task: AtomicWaker::new(),
        }
    }
}

impl Woken {
    async fn wait(&self) {
        std::future::poll_fn(|context| {
            self.task.register(context.waker());
            if self.flag.swap(false, Ordering::AcqRel) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::Release);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Cut, When, every_poll, polled};

    /// Ready after four polls, each of which it requests.
    async fn yields_three_times(seen: &Cell<usize>) {
        for _ in 0..3 {
            seen.set(seen.get() + 1);
            let mut first = true;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::take(&mut first) {
                    std::task::Poll::Pending
                } else {
                    std::task::Poll::Ready(())
                }
            })
            .await;
        }
    }

    #[tokio::test]
    async fn explorer_stops_at_the_poll_it_was_told() {
        let seen = Cell::new(0);
        assert!(
            Cut::at(2, When::AtOnce)
                .apply(yields_three_times(&seen))
                .await
                .is_none()
        );
        assert_eq!(seen.get(), 2);
        assert!(
            Cut::at(4, When::AtOnce)
                .apply(yields_three_times(&seen))
                .await
                .is_some()
        );
    }

    #[tokio::test]
    async fn explorer_leaves_a_call_as_it_is() {
        let seen = Cell::new(0);
        let mut call = std::pin::pin!(yields_three_times(&seen));
        assert!(polled(call.as_mut(), 2).await.is_none());
        assert_eq!(seen.get(), 2);
        assert!(polled(call, 2).await.is_some());
    }

    #[tokio::test]
    async fn explorer_tries_every_poll() {
        let explored =
            every_poll(async |cut| cut.apply(yields_three_times(&Cell::new(0))).await.is_some())
                .await;
        assert_eq!(
            (explored.cancelled, explored.finished, explored.polls),
            (24, 24, 3)
        );
    }

    #[tokio::test]
    async fn explorer_never_polls_what_was_not_woken() {
        let polls = Cell::new(0);
        let sleeps = async {
            let mut sleep =
                std::pin::pin!(tokio::time::sleep(std::time::Duration::from_millis(20)));
            std::future::poll_fn(|context| {
                polls.set(polls.get() + 1);
                sleep.as_mut().poll(context)
            })
            .await;
        };
        // `join` polls the future whenever its other side is woken.
        let busy = async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        };
        let (outcome, ()) = tokio::join!(Cut::at(100, When::AtOnce).apply(sleeps), busy);
        assert!(outcome.is_some());
        assert_eq!(polls.get(), 2);
    }
}
