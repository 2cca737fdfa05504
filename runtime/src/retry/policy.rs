//! How many attempts a call has, and how long it waits between them. [`Retry`] holds the options of
//! the attribute, [`RetryPolicy`] the defaults of a [`Db`](crate::Db).
use std::time::Duration;

use crate::error::class::Class;

/// The defaults of `#[retry_on_error]` for calls on a [`Db`](crate::Db).
///
/// An option of the attribute overrides the field of the same name. On a plain pool, and for
/// functions without `#[transactional]`, the defaults below apply.
///
/// # Defaults
/// 10 attempts, delays from 10 ms to 1 s, no limit for the time of all attempts together. With
/// these defaults, fewer than 1% of the calls give up when many of them update the same row.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// use std::time::Duration;
///
/// use sqlx::Sqlite;
/// use sqlx_transactional::{Db, RetryPolicy};
///
/// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
/// let policy = RetryPolicy::new().attempts(5).max_elapsed(Duration::from_secs(10));
/// let db = db.with_retry_policy(policy);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    min_delay: Duration,
    max_delay: Duration,
    max_elapsed: Option<Duration>,
}

impl RetryPolicy {
    /// A policy with the defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            attempts: 10,
            min_delay: Duration::from_millis(10),
            max_delay: Duration::from_secs(1),
            max_elapsed: None,
        }
    }

    /// The maximum number of attempts, the first one included. 0 means 1.
    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The longest wait before the second attempt. It doubles with each further attempt, up to
    /// [`max_delay`](Self::max_delay). The actual wait is a random part of it. A second attempt
    /// that reuses the connection of the first one starts without a wait.
    #[must_use]
    pub const fn min_delay(mut self, delay: Duration) -> Self {
        self.min_delay = delay;
        self
    }

    /// The longest wait before any attempt.
    #[must_use]
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// No attempt starts later than this after the beginning of the call.
    #[must_use]
    pub const fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = Some(elapsed);
        self
    }

    pub(super) fn allows(&self, attempt: u32) -> bool {
        attempt <= self.attempts
    }

    pub(super) fn ends_before(&self, elapsed: Duration) -> bool {
        self.max_elapsed.is_some_and(|most| elapsed > most)
    }

    /// Full jitter: the delay is anywhere between zero and a ceiling that doubles with each retry.
    /// (backon adds its jitter to the ceiling.) The wider spread makes calls on the same row meet
    /// less often.
    pub(super) fn delay(&self, retries: u32, random: f64) -> Duration {
        let doubled = 1_u32
            .checked_shl(retries)
            .and_then(|factor| self.min_delay.checked_mul(factor));
        doubled
            .unwrap_or(self.max_delay)
            .min(self.max_delay)
            .mul_f64(random)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// The options of `#[retry_on_error]`. `None` stands for an option that the attribute omits.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    attempts: Option<u32>,
    min_delay: Option<Duration>,
    max_delay: Option<Duration>,
    max_elapsed: Option<Duration>,
    idempotent: bool,
    pub(crate) exactly_once: bool,
}

impl Retry {
    #[expect(clippy::new_without_default, reason = "called by expansions only")]
    #[must_use]
    pub const fn new() -> Self {
        Self {
            attempts: None,
            min_delay: None,
            max_delay: None,
            max_elapsed: None,
            idempotent: false,
            exactly_once: false,
        }
    }

    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    #[must_use]
    pub const fn min_delay(mut self, nanoseconds: u64) -> Self {
        self.min_delay = Some(Duration::from_nanos(nanoseconds));
        self
    }

    #[must_use]
    pub const fn max_delay(mut self, nanoseconds: u64) -> Self {
        self.max_delay = Some(Duration::from_nanos(nanoseconds));
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

    /// The policy of a call. A `min_delay` of the attribute raises a lower `max_delay` of the
    /// defaults. A `max_delay` of the attribute is also the limit for the `min_delay` of the
    /// defaults.
    pub(crate) fn over(&self, defaults: RetryPolicy) -> RetryPolicy {
        let raised = defaults.max_delay.max(self.min_delay.unwrap_or_default());
        RetryPolicy {
            attempts: self.attempts.unwrap_or(defaults.attempts),
            min_delay: self.min_delay.unwrap_or(defaults.min_delay),
            max_delay: self.max_delay.unwrap_or(raised),
            max_elapsed: self.max_elapsed.or(defaults.max_elapsed),
        }
    }

    /// Whether the options ask for another attempt after an error of this class.
    pub(crate) fn repeats(&self, class: Class) -> bool {
        class.is_transient() || (self.idempotent && class == Class::CommitUnknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: u64 = 1_000_000;

    #[test]
    fn the_ceiling_of_the_delay_doubles_up_to_the_longest() {
        let policy = RetryPolicy::new();
        for (retries, milliseconds) in [
            (0, 10),
            (1, 20),
            (2, 40),
            (6, 640),
            (7, 1000),
            (31, 1000),
            (32, 1000),
            (u32::MAX, 1000),
        ] {
            assert_eq!(
                policy.delay(retries, 1.0),
                Duration::from_millis(milliseconds),
                "after {retries}"
            );
            assert_eq!(policy.delay(retries, 0.0), Duration::ZERO);
        }
    }

    #[test]
    fn what_the_attribute_says_wins_field_by_field() {
        let [short, long] = [Duration::from_millis(20), Duration::from_millis(200)];
        let defaults = RetryPolicy::new()
            .attempts(3)
            .min_delay(short)
            .max_delay(long)
            .max_elapsed(long);
        assert_eq!(Retry::new().over(defaults), defaults);
        let cases = [
            (Retry::new().attempts(7), defaults.attempts(7)),
            (
                Retry::new().min_delay(30 * MILLISECOND),
                defaults.min_delay(Duration::from_millis(30)),
            ),
            (
                Retry::new().max_delay(40 * MILLISECOND),
                defaults.max_delay(Duration::from_millis(40)),
            ),
            (
                Retry::new().max_elapsed(50 * MILLISECOND),
                defaults.max_elapsed(Duration::from_millis(50)),
            ),
        ];
        for (attribute, expected) in cases {
            assert_eq!(attribute.over(defaults), expected);
        }
    }

    #[test]
    fn a_delay_that_the_attribute_says_is_not_cut_by_a_default() {
        let defaults = RetryPolicy::new()
            .min_delay(Duration::from_millis(20))
            .max_delay(Duration::from_millis(40));
        assert_eq!(
            Retry::new()
                .min_delay(60 * MILLISECOND)
                .over(defaults)
                .delay(0, 1.0),
            Duration::from_millis(60)
        );
        assert_eq!(
            Retry::new()
                .max_delay(5 * MILLISECOND)
                .over(defaults)
                .delay(0, 1.0),
            Duration::from_millis(5)
        );
    }
}
