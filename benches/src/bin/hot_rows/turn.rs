//! What is measured: the calls of one contender during one turn, and the summary of several turns.

use std::time::Duration;

pub(crate) struct Call {
    pub(crate) attempts: u32,
    /// False if it gave up.
    pub(crate) committed: bool,
    pub(crate) took: Duration,
}

pub(crate) struct Turn {
    /// Commits per second, within the time of the turn.
    pub(crate) rate: f64,
    /// All calls, also those that ended after the turn.
    pub(crate) calls: Vec<Call>,
}

/// All turns of one contender with one number of workers.
pub(crate) struct Summary {
    pub(crate) rate: f64,
    pub(crate) attempts_per_commit: f64,
    /// Share of the calls.
    pub(crate) gave_up: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) max: Duration,
}

impl Turn {
    pub(crate) fn committed(&self) -> usize {
        self.calls.iter().filter(|call| call.committed).count()
    }
}

impl Summary {
    pub(crate) fn of(turns: &[Turn]) -> Self {
        let calls = || turns.iter().flat_map(|turn| &turn.calls);
        let mut times: Vec<Duration> = calls()
            .filter(|call| call.committed)
            .map(|call| call.took)
            .collect();
        times.sort_unstable();
        let attempts: f64 = calls().map(|call| f64::from(call.attempts)).sum();
        Self {
            rate: median(turns.iter().map(|turn| turn.rate)),
            attempts_per_commit: attempts / number(times.len().max(1)),
            gave_up: share(
                calls().filter(|call| !call.committed).count(),
                calls().count(),
            ),
            p50: percentile(&times, 50),
            p99: percentile(&times, 99),
            max: times.last().copied().unwrap_or_default(),
        }
    }
}

/// The median; of an even number of values the lower one in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

pub(crate) fn share(part: usize, whole: usize) -> f64 {
    number(part) / number(whole.max(1))
}

/// As a float: no run has more than `u32::MAX` calls.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The time within which `percent` percent of the calls ended.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}
