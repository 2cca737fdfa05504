//! Where a fault happens and which: a rule waits for its message, fires once, and tells the test through its [`Trigger`].

use std::time::Duration;

use tokio::sync::watch;

use super::wire::Packet;

/// In which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The message itself, on its way to the server, which has not seen it.
    ToServer,
    /// The first message of its answer, on its way to the client: the server has done what it was told.
    ToClient,
}

/// At which of the client's messages.
#[derive(Debug, Clone, Copy)]
pub enum Point {
    /// The n-th from now, of any kind; the first is 1.
    Message(usize),
    /// The n-th from now that runs a statement, BEGIN and its like included; the first is 1.
    Statement(usize),
    /// The next of this kind, as the protocol's manual calls it: `Parse`, `Sync`.
    Kind(&'static str),
    /// The next that begins a transaction.
    Begin,
    /// The next that commits one.
    Commit,
    /// The next that rolls one back.
    Rollback,
    /// The next that runs a statement whose text contains this.
    Sql(&'static str),
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed on both sides; the message is lost.
    Cut,
    /// The connection is reset on both sides; the message is lost.
    Reset,
    /// The message is lost, and everything after it in both directions; nobody is told.
    BlackHole,
    /// The message, and what follows it in its direction, comes this much later.
    Delay(Duration),
    /// The message, and what follows it in its direction, waits for [`Trigger::release`].
    Hold,
}

/// The test's end of a rule.
#[derive(Debug)]
pub struct Trigger {
    reached: watch::Receiver<bool>,
    release: watch::Sender<bool>,
    rule: String,
}

impl Trigger {
    /// Waits until the fault has happened, or its message is being held.
    pub async fn reached(&self) {
        let mut reached = self.reached.clone();
        let waited = tokio::time::timeout(Duration::from_secs(20), reached.wait_for(|reached| *reached)).await;
        assert!(matches!(waited, Ok(Ok(_))), "nothing came that fits {}", self.rule);
    }

    /// Whether it has happened.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        *self.reached.borrow()
    }

    /// Lets go what is held.
    pub fn release(&self) {
        self.release.send_replace(true);
    }
}

/// The proxy's end.
#[derive(Debug)]
pub(super) struct Rule {
    way: Way,
    point: Point,
    fault: Fault,
    seen: usize,
    /// The client's message has passed on this link, and this is how many answers come before its own.
    awaited: Option<(usize, usize)>,
    reached: watch::Sender<bool>,
    released: watch::Receiver<bool>,
}

pub(super) fn rule(way: Way, point: Point, fault: Fault) -> (Rule, Trigger) {
    let (reached, on_reached) = watch::channel(false);
    let (release, released) = watch::channel(false);
    let rule = Rule { way, point, fault, seen: 0, awaited: None, reached, released };
    (rule, Trigger { reached: on_reached, release, rule: format!("{way:?} {point:?}") })
}

/// A fault that is due, and what ends a hold.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) fault: Fault,
    pub(super) released: watch::Receiver<bool>,
}

/// The fault that is due at this message, if one is; its rule is then spent.
pub(super) fn due(rules: &mut Vec<Rule>, link: usize, way: Way, packet: &Packet) -> Option<Due> {
    let index = rules.iter_mut().position(|rule| rule.fires(link, way, packet))?;
    let rule = rules.remove(index);
    rule.reached.send_replace(true);
    Some(Due { fault: rule.fault, released: rule.released })
}

impl Rule {
    fn fires(&mut self, link: usize, way: Way, packet: &Packet) -> bool {
        match (way, self.awaited) {
            (Way::ToServer, None) if self.point.fits(packet, &mut self.seen) => {
                self.awaited = Some((link, packet.turn));
                self.way == Way::ToServer
            }
            (Way::ToClient, Some((awaited_link, turn))) => awaited_link == link && packet.turn >= turn,
            _ => false,
        }
    }
}

impl Point {
    fn fits(self, packet: &Packet, seen: &mut usize) -> bool {
        let count = |fits: bool, seen: &mut usize| {
            *seen += usize::from(fits);
            fits.then_some(*seen)
        };
        let runs = |test: &dyn Fn(&str) -> bool| packet.runs && test(&packet.text.to_uppercase());
        match self {
            Self::Message(n) => count(true, seen) == Some(n),
            Self::Statement(n) => count(packet.runs, seen) == Some(n),
            Self::Kind(kind) => packet.kind == kind,
            Self::Begin => runs(&|sql| sql.starts_with("BEGIN") || sql.contains("; BEGIN") || sql.contains("START TRANSACTION")),
            Self::Commit => runs(&|sql| sql.starts_with("COMMIT") || sql.contains("; COMMIT")),
            Self::Rollback => runs(&|sql| sql.starts_with("ROLLBACK") && !sql.starts_with("ROLLBACK TO")),
            Self::Sql(part) => packet.runs && packet.text.contains(part),
        }
    }
}
