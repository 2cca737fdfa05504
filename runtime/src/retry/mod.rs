//! When a call is made again: how often, and after which pause. Owns no transaction; what may be repeated, its users know.
mod budget;
mod repeat;

use std::time::Duration;

use tokio::time::Instant;

pub use self::{
    budget::RetryBudget,
    repeat::{Calls, Chain, Inside, Look, Opaque, Refused, Repeatable, Sight, TellsItsReason, ThisError, Unfit, repeats},
};

/// What `#[retry_on_error]` says, as constants.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    attempts: u32,
    min_delay: Duration,
    max_delay: Duration,
    max_elapsed: Option<Duration>,
    pub(crate) idempotent: bool,
    pub(crate) exactly_once: bool,
}

impl Retry {
    /// With these, fewer than 1% of the calls give up on hot rows (benches/README.md).
    #[expect(clippy::new_without_default, reason = "called by expansions only")]
    #[must_use]
    pub const fn new() -> Self {
        Self {
            attempts: 10,
            min_delay: Duration::from_millis(10),
            max_delay: Duration::from_secs(1),
            max_elapsed: None,
            idempotent: false,
            exactly_once: false,
        }
    }

    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    #[must_use]
    pub const fn min_delay(mut self, nanoseconds: u64) -> Self {
        self.min_delay = Duration::from_nanos(nanoseconds);
        self
    }

    #[must_use]
    pub const fn max_delay(mut self, nanoseconds: u64) -> Self {
        self.max_delay = Duration::from_nanos(nanoseconds);
        self
    }

    #[must_use]
    pub const fn max_elapsed(mut self, nanoseconds: u64) -> Self {
        self.max_elapsed = Some(Duration::from_nanos(nanoseconds));
        self
    }

    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    #[must_use]
    pub const fn exactly_once(mut self) -> Self {
        self.exactly_once = true;
        self
    }

    /// Full jitter: anything up to a ceiling that doubles. (backon adds its jitter to the delay, so that nobody comes back early; it is the
    /// spread that takes the heat off a row.)
    fn delay(&self, retries: u32, random: f64) -> Duration {
        let doubled = 1_u32.checked_shl(retries).and_then(|factor| self.min_delay.checked_mul(factor));
        doubled.unwrap_or(self.max_delay).min(self.max_delay).mul_f64(random)
    }
}

/// What comes before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pause {
    /// Nothing.
    None,
    Sleep(Duration),
}

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Attempts {
    pub(crate) policy: Retry,
    started: Instant,
    /// The one that runs, from 1.
    pub(crate) number: u32,
}

impl Attempts {
    pub(crate) fn new(policy: Retry) -> Self {
        Self { policy, started: Instant::now(), number: 1 }
    }

    /// What comes before the next attempt, if there is to be one. The first retry may come `at_once`; one that was in vain has shown that the
    /// row is hot, so the ceiling doubles all the same.
    pub(crate) fn next(&mut self, at_once: bool) -> Option<Pause> {
        let Retry { attempts, max_elapsed, .. } = self.policy;
        if self.number >= attempts {
            return None;
        }
        let at_once = at_once && self.number == 1;
        let delay = if at_once { Duration::ZERO } else { self.policy.delay(self.number - 1, fastrand::f64()) };
        if max_elapsed.is_some_and(|most| self.started.elapsed() + delay > most) {
            return None;
        }
        self.number += 1;
        Some(if at_once { Pause::None } else { Pause::Sleep(delay) })
    }
}

/// An argument, for one attempt. The bound is `Clone` itself: then rustc says where to derive it, or which type parameter lacks it. Why it is
/// needed, the name says.
#[doc(hidden)]
pub fn clone_for_attempt<T: Clone>(argument: &T) -> T {
    argument.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn the_ceiling_of_the_delay_doubles_up_to_the_longest() {
        let policy = Retry::new();
        for (retries, milliseconds) in [(0, 10), (1, 20), (2, 40), (6, 640), (7, 1000), (31, 1000), (32, 1000), (u32::MAX, 1000)] {
            assert_eq!(policy.delay(retries, 1.0), Duration::from_millis(milliseconds), "after {retries}");
            assert_eq!(policy.delay(retries, 0.0), Duration::ZERO);
        }
    }

    #[test]
    fn the_first_attempt_is_counted() {
        for attempts in 1..4 {
            let mut call = Attempts::new(Retry::new().attempts(attempts));
            let made = 1 + std::iter::from_fn(|| call.next(false)).count();
            assert_eq!(made, attempts as usize);
        }
    }

    #[test]
    fn only_the_first_retry_comes_at_once() {
        let mut call = Attempts::new(Retry::new());
        assert_eq!(call.next(true), Some(Pause::None));
        assert!(matches!(call.next(true), Some(Pause::Sleep(delay)) if delay <= Duration::from_millis(20)));
        assert_eq!(call.number, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_starts_after_the_time_is_over() {
        let mut call = Attempts::new(Retry::new().max_elapsed(SECOND));
        assert!(call.next(false).is_some());
        tokio::time::advance(Duration::from_nanos(SECOND + 1)).await;
        assert_eq!(call.next(true), None);
        assert_eq!(call.next(false), None);
    }
}
