//! When a call is made again: how often, and after which pause. Owns no transaction; what may be
//! repeated, its users know.
pub(crate) mod budget;
pub(crate) mod policy;

use std::time::Duration;

use tokio::time::Instant;

use crate::retry::policy::RetryPolicy;

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
    policy: RetryPolicy,
    started: Instant,
    /// The one that runs, from 1.
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

    /// What comes before the next attempt, if there is to be one. The first retry may come
    /// `at_once`; one that was in vain has shown that the row is hot, so the ceiling doubles all
    /// the same.
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

/// An argument, for one attempt. The bound is `Clone` itself: then rustc says where to derive it,
/// or which type parameter lacks it. Why it is needed, the name says.
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
