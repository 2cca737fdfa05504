//! The number of attempts of a call, the pauses between them, and the retry budget. This module
//! owns no transaction, and of a failure it knows only the class. Its callers, `call/retrying.rs`
//! and `call/repeat.rs`, determine the class and keep the order of rollback, pause and BEGIN.
pub(crate) mod budget;
pub(crate) mod policy;

use std::time::Duration;

use tokio::time::Instant;

use crate::retry::policy::RetryPolicy;

/// The pause before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The next attempt begins at once, and can reuse the connection of the last one.
    None,
    Sleep(Duration),
}

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Attempts {
    policy: RetryPolicy,
    started: Instant,
    /// The number of the running attempt. The first is 1.
    pub(crate) number: u32,
}

impl Attempts {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            started: Instant::now(),
            number: 1,
        }
    }

    /// Counts the next attempt and returns the pause before it. `None` if the attempts or the time
    /// are used up. With `at_once`, the first retry has no pause.
    ///
    /// A retry without a pause counts for the delays too. If it failed, many calls update the same
    /// row, and with shorter pauses more of them would give up.
    pub(crate) fn next(&mut self, at_once: bool) -> Option<Pause> {
        if !self.policy.allows(self.number + 1) {
            return None;
        }
        let at_once = at_once && self.number == 1;
        let delay = if at_once {
            Duration::ZERO
        } else {
            self.policy.delay(self.number - 1, fastrand::f64())
        };
        if self
            .policy
            .ends_before(self.started.elapsed().saturating_add(delay))
        {
            return None;
        }
        self.number += 1;
        Some(if at_once {
            Pause::None
        } else {
            Pause::Sleep(delay)
        })
    }
}

/// Clones an argument for one attempt. The bound is `Clone` and not a trait of this crate, because
/// the compiler then says where to derive it, or which type parameter lacks it. The name of this
/// function appears in that message and gives the reason.
#[doc(hidden)]
pub fn clone_for_attempt<T: Clone>(argument: &T) -> T {
    argument.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_first_attempt_is_counted() {
        for attempts in 1..4 {
            let mut call = Attempts::new(RetryPolicy::new().attempts(attempts));
            let made = 1 + std::iter::from_fn(|| call.next(false)).count();
            assert_eq!(made, attempts as usize);
        }
    }

    #[test]
    fn only_the_first_retry_comes_at_once() {
        let mut call = Attempts::new(RetryPolicy::new());
        assert_eq!(call.next(true), Some(Pause::None));
        assert!(
            matches!(call.next(true), Some(Pause::Sleep(delay)) if delay <= Duration::from_millis(20))
        );
        assert_eq!(call.number, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_starts_after_the_time_is_over() {
        let mut call = Attempts::new(RetryPolicy::new().max_elapsed(SECOND));
        assert!(call.next(false).is_some());
        tokio::time::advance(SECOND + Duration::from_nanos(1)).await;
        assert_eq!(call.next(true), None);
        assert_eq!(call.next(false), None);
    }
}
