//! What happens at a message, how often, and the test's end of it.

use std::time::Duration;

use tokio::sync::watch;

/// In which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The message itself, on its way to the server, which has not seen it.
    ToServer,
    /// Its answer, from the first message of it, on its way to the client: the server has done what
    /// it was told. Where the message has several statements, the answer of the one that was named;
    /// the answers of those before it have passed.
    ToClient,
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed on both sides; the message is lost.
    Cut,
    /// The connection is reset on both sides; the message is lost.
    Reset,
    /// This direction is closed; the message is lost, and what follows it. The other one works for
    /// as long as its sender likes.
    HalfClose,
    /// The message is lost, and everything after it in both directions; nobody is told.
    BlackHole,
    /// The message arrives and the server does as it is told; its answer is lost, and everything
    /// that the server sends after it. What the client sends goes on arriving, its goodbye too. It
    /// is the same in both [`Way`]s.
    SwallowAnswer,
    /// The message, and what follows it in its direction, comes this much later.
    Delay(Duration),
    /// The message, and what follows it in its direction, waits for [`Trigger::release`].
    Hold,
    /// The message, and what follows it in its direction, comes in pieces of this many bytes, each
    /// in a packet of its own.
    Split(usize),
}

impl Fault {
    /// Whether the message at which it happens does not arrive.
    pub(super) fn loses(self) -> bool {
        matches!(
            self,
            Self::Cut | Self::Reset | Self::HalfClose | Self::BlackHole | Self::SwallowAnswer
        )
    }
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    Once,
    /// Once on each connection, on which its messages are counted.
    EachConnection,
    /// At every n-th message that the point names, on whichever connection.
    Every(usize),
}

/// The test's end of a fault.
#[derive(Debug)]
pub struct Trigger {
    fired: watch::Receiver<usize>,
    /// How many of those that fired are not held any more; all of them: it does not fire any more.
    released: watch::Sender<usize>,
    name: String,
}

impl Trigger {
    /// For what is called `name`; and the proxy's end.
    pub(super) fn new(name: String) -> (Self, Signals) {
        let (firing, fired) = watch::channel(0);
        let (release, released) = watch::channel(0);
        (
            Self {
                fired,
                released: release,
                name,
            },
            Signals {
                fired: firing,
                released,
            },
        )
    }

    /// Waits until the fault has happened, or its message is being held.
    pub async fn reached(&self) {
        self.reached_times(1).await;
    }

    /// Waits until it has happened this often.
    pub async fn reached_times(&self, times: usize) {
        let mut fired = self.fired.clone();
        let waited = tokio::time::timeout(
            Duration::from_secs(20),
            fired.wait_for(|fired| *fired >= times),
        )
        .await;
        assert!(
            matches!(waited, Ok(Ok(_))),
            "{} of {times} messages came that fit {}",
            self.fired(),
            self.name
        );
    }

    /// Whether it has happened.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.fired() > 0
    }

    /// How often it has happened.
    #[must_use]
    pub fn fired(&self) -> usize {
        *self.fired.borrow()
    }

    /// Lets go what is held.
    pub fn release(&self) {
        self.released.send_replace(self.fired());
    }

    /// Lets go what is held; it does not happen again.
    pub fn disarm(&self) {
        self.released.send_replace(usize::MAX);
    }
}

/// The proxy's end of a [`Trigger`].
#[derive(Debug)]
pub(super) struct Signals {
    fired: watch::Sender<usize>,
    released: watch::Receiver<usize>,
}

impl Signals {
    pub(super) fn is_disarmed(&self) -> bool {
        *self.released.borrow() == usize::MAX
    }

    pub(super) fn fired(&self) -> usize {
        *self.fired.borrow()
    }

    pub(super) fn fire(&self, fault: Fault) -> Due {
        self.fired.send_modify(|fired| *fired += 1);
        Due {
            fault,
            number: self.fired(),
            released: self.released.clone(),
        }
    }
}

/// A fault that is due.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) fault: Fault,
    /// The first of its trigger's is 1.
    number: usize,
    released: watch::Receiver<usize>,
}

impl Due {
    /// Waits for the test to release it; the test has ended when that fails.
    pub(super) async fn released(mut self) {
        drop(
            self.released
                .wait_for(|released| *released >= self.number)
                .await,
        );
    }
}
