//! Ratios of what calls cost: the cases take turns, so that whatever else the machine does falls on
//! all of them alike.

use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use rand::seq::SliceRandom as _;

/// Rounds are short, so that the cases of one see the same machine.
const ROUND: Duration = Duration::from_millis(5);

/// The first calls of a turn meet what the case before has left to be done, and caches that are
/// filled with its data: not counted, or a case of which only a few calls fit into a turn would
/// look slower than another that is the same.
const UNCOUNTED: u32 = 5;

/// Runs a case for so long, and tells what one call took.
type Runs = Box<dyn Fn(Duration) -> BoxFuture<'static, Duration> + Send + Sync>;

/// Cases that are compared with the first of them.
#[derive(Default)]
pub struct Table {
    cases: Vec<(&'static str, Runs)>,
}

/// What calls took, in rounds; those of several sittings can be put together.
#[derive(Default)]
pub struct Times(Vec<(&'static str, Vec<f64>)>);

/// What a case costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// The name of the case.
    pub name: &'static str,
    /// Time for each call: the median of the rounds.
    pub time: Duration,
    /// The median of its ratios to the first case of the same round.
    pub ratio: f64,
    /// The quartiles of these.
    pub between: (f64, f64),
}

impl Times {
    /// Adds another sitting's.
    pub fn add(&mut self, other: Self) {
        if self.0.is_empty() {
            self.0 = other.0;
        } else {
            for ((_, times), (_, others)) in self.0.iter_mut().zip(other.0) {
                times.extend(others);
            }
        }
    }

    /// Adds a round of one case.
    pub fn note(&mut self, name: &'static str, time: Duration) {
        let seconds = time.as_secs_f64();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, times)) => times.push(seconds),
            None => self.0.push((name, vec![seconds])),
        }
    }

    /// The cost of each case.
    #[must_use]
    pub fn costs(&self) -> Vec<Cost> {
        let first = self.0.first().map_or(&[][..], |(_, times)| times);
        let costs = self.0.iter().map(|(name, own)| {
            let ratios = sorted(own.iter().zip(first).map(|(own, first)| own / first));
            let time = Duration::from_secs_f64(quantile(&sorted(own.iter().copied()), 2));
            Cost {
                name,
                time,
                ratio: quantile(&ratios, 2),
                between: (quantile(&ratios, 1), quantile(&ratios, 3)),
            }
        });
        costs.collect()
    }
}

impl Table {
    /// Adds a case: `call` is made again and again.
    #[must_use]
    pub fn case<F, Fut>(mut self, name: &'static str, call: F) -> Self
    where
        F: Fn() -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send,
    {
        let runs = move |at_least| -> BoxFuture<'static, Duration> {
            let call = call.clone();
            Box::pin(async move {
                for _ in 0..UNCOUNTED {
                    call().await;
                }
                let (start, mut calls) = (Instant::now(), 0);
                loop {
                    call().await;
                    calls += 1;
                    let time = start.elapsed();
                    if time >= at_least {
                        return time / calls;
                    }
                }
            })
        };
        self.cases.push((name, Box::new(runs)));
        self
    }

    /// Runs the cases, in turns, `rounds` times.
    pub async fn run(&self, rounds: usize) -> Times {
        for (_, runs) in &self.cases {
            // Connects, prepares and warms up.
            runs(10 * ROUND).await;
        }
        let mut times = vec![Vec::with_capacity(rounds); self.cases.len()];
        let mut order: Vec<usize> = (0..self.cases.len()).collect();
        for _ in 0..rounds {
            // What a case leaves to be done in the background falls on the one after it, which must
            // not always be the same.
            order.shuffle(&mut rand::rng());
            for &case in &order {
                times[case].push((self.cases[case].1)(ROUND).await.as_secs_f64());
            }
        }
        Times(
            self.cases
                .iter()
                .map(|(name, _)| *name)
                .zip(times)
                .collect(),
        )
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn quantile(sorted: &[f64], quarter: usize) -> f64 {
    sorted[(sorted.len() - 1) * quarter / 4]
}
