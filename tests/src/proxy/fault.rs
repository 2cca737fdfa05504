//! What happens at a message, how often, and how a test observes it.

use std::time::Duration;

use tokio::sync::watch;

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The message itself on its way to the server, which has not seen it.
    ToServer,
    /// The first message of the answer on its way to the client. The server has executed the
    /// message. If that has several statements, this is the answer of the statement that the point
    /// names, and the earlier answers have passed.
    ToClient,
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed on both sides. The message is lost.
    Cut,
    /// The connection is reset on both sides. The message is lost.
    Reset,
    /// This direction is closed. The message and all later ones are lost. The other direction works
    /// until its sender closes it.
    HalfClose,
    /// The message and all later ones in both directions are lost, without an error.
    BlackHole,
    /// The message arrives and the server executes it. Its answer and all later bytes from the
    /// server are lost. The client's later bytes still arrive, including its goodbye. The [`Way`]
    /// makes no difference.
    SwallowAnswer,
    /// The message and all later ones in its direction are delayed by this time.
    Delay(Duration),
    /// The message and all later ones in its direction wait for [`Trigger::release`].
    Hold,
    /// The message and all later ones in its direction arrive in pieces of this many bytes, each in
    /// a packet of its own.
    Split(usize),
}

impl Fault {
    /// Whether the message at which the fault happens does not arrive.
    pub(super) fn loses(self) -> bool {
        matches!(
            self,
            Self::Cut | Self::Reset | Self::HalfClose | Self::BlackHole | Self::SwallowAnswer
        )
    }
}

/// How often the fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    Once,
    /// Once on each connection. Each connection counts its own messages.
    EachConnection,
    /// At every n-th message that the point names, counted over all connections.
    Every(usize),
}

/// The test's handle on a fault.
#[derive(Debug)]
pub struct Trigger {
    fired: watch::Receiver<usize>,
    /// How many of the fired faults were released. `usize::MAX`: the fault does not fire any more.
    released: watch::Sender<usize>,
    name: String,
}

impl Trigger {
    /// A trigger that is called `name`, and the proxy's side of it.
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

    /// Waits until the fault has happened `times` times.
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

    /// Whether the fault has happened.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.fired() > 0
    }

    /// How often the fault has happened.
    #[must_use]
    pub fn fired(&self) -> usize {
        *self.fired.borrow()
    }

    /// Releases the messages that are held.
    pub fn release(&self) {
        self.released.send_replace(self.fired());
    }

    /// Releases the messages that are held. The fault does not happen again.
    pub fn disarm(&self) {
        self.released.send_replace(usize::MAX);
    }
}

/// The proxy's side of a [`Trigger`].
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
    /// Which firing of its trigger this is. The first is 1.
    number: usize,
    released: watch::Receiver<usize>,
}

impl Due {
    /// Waits until the test releases the fault, or drops the trigger.
    pub(super) async fn released(mut self) {
        drop(
            self.released
                .wait_for(|released| *released >= self.number)
                .await,
        );
    }
}
