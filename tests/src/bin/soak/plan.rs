//! Which faults happen, and when. They are drawn from a seed, so that a run can be repeated.

use std::fmt;
use std::time::Duration;

use ::tests::proxy::{self, Point, Way};
use rand::RngExt as _;
use rand::rngs::StdRng;

/// The faults.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Every connection is closed.
    Cut,
    Reset,
    /// Every connection loses all that is sent, without an error.
    BlackHole,
    /// The given number of next connections are reset as soon as they are opened.
    ResetNext(usize),
    /// Answers arrive in small pieces.
    Split,
    /// A fault at every n-th of certain messages, until the end of the phase.
    At(Way, Point, usize, proxy::Fault),
    /// SIGKILL, and a restart after the given time.
    Kill(Duration),
    /// SIGSTOP for the given time.
    Pause(Duration),
    /// The server ends all connections.
    Terminate,
    /// Another connection holds the lock of the whole database.
    Busy(Duration),
    /// A runtime on which calls run is stopped after the given time.
    Runtime(Duration),
    /// All connections of the pool are taken.
    Exhaust(Duration),
}

/// Load, and the faults that happen meanwhile, each after a delay.
#[derive(Debug)]
pub(crate) struct Phase {
    pub(crate) number: u64,
    pub(crate) steps: Vec<(Duration, Fault)>,
}

impl Phase {
    pub(crate) fn draw(number: u64, random: &mut StdRng, fault: fn(&mut StdRng) -> Fault) -> Self {
        let steps = (0..random.random_range(1..=4))
            .map(|_| (milliseconds(random, 50, 500), fault(random)))
            .collect();
        Self { number, steps }
    }

    /// How long a caller may wait. A call without a timeout does not notice that an answer is lost.
    pub(crate) fn most(&self) -> Option<Duration> {
        let loses = |fault: &Fault| {
            matches!(
                fault,
                Fault::BlackHole | Fault::At(_, _, _, proxy::Fault::BlackHole)
            )
        };
        self.steps
            .iter()
            .any(|(_, fault)| loses(fault))
            .then_some(Duration::from_secs(1))
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "phase {}:", self.number)?;
        self.steps
            .iter()
            .try_for_each(|(after, fault)| write!(f, " {}ms {fault:?},", after.as_millis()))
    }
}

/// Draws a fault of a server.
pub(crate) fn of_a_server(random: &mut StdRng) -> Fault {
    match random.random_range(0..22) {
        0..2 => Fault::Cut,
        2..4 => Fault::Reset,
        4 => Fault::BlackHole,
        5 => Fault::ResetNext(random.random_range(1..20)),
        6 => Fault::Split,
        7..12 => at_a_message(random),
        12..14 => Fault::Kill(milliseconds(random, 0, 500)),
        14..16 => Fault::Pause(milliseconds(random, 50, 1_500)),
        16..18 => Fault::Terminate,
        18..20 => Fault::Runtime(milliseconds(random, 10, 500)),
        _ => Fault::Exhaust(milliseconds(random, 100, 2_500)),
    }
}

/// Draws a fault of a file.
pub(crate) fn of_a_file(random: &mut StdRng) -> Fault {
    match random.random_range(0..5) {
        0 => Fault::Exhaust(milliseconds(random, 100, 2_500)),
        1 => Fault::Runtime(milliseconds(random, 10, 500)),
        _ => Fault::Busy(milliseconds(random, 10, 800)),
    }
}

fn at_a_message(random: &mut StdRng) -> Fault {
    let way = if random.random() {
        Way::ToServer
    } else {
        Way::ToClient
    };
    let point = match random.random_range(0..7) {
        0 => Point::Begin,
        1..4 => Point::Commit,
        4 => Point::Rollback,
        5 => Point::Prepare,
        _ => Point::Statement(1),
    };
    let every = random.random_range(2..30);
    let fault = match random.random_range(0..5) {
        0 | 1 => proxy::Fault::Cut,
        2 => proxy::Fault::Reset,
        3 => proxy::Fault::Delay(milliseconds(random, 1, 400)),
        _ => proxy::Fault::BlackHole,
    };
    Fault::At(way, point, every, fault)
}

fn milliseconds(random: &mut StdRng, from: u64, to: u64) -> Duration {
    Duration::from_millis(random.random_range(from..to))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::{Phase, of_a_file, of_a_server};

    #[test]
    fn soak_plans_are_the_same_for_the_same_seed() {
        for fault in [of_a_server, of_a_file] {
            let draw = |seed| {
                let mut random = StdRng::seed_from_u64(seed);
                (0..20)
                    .map(|number| Phase::draw(number, &mut random, fault).to_string())
                    .collect::<Vec<_>>()
            };
            assert_eq!(draw(7), draw(7));
            assert_ne!(draw(7), draw(8));
        }
    }
}
