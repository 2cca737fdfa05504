//! Measures what calls cost, as ratios. The cases take turns, so that other load on the machine
//! slows all of them alike.

use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use rand::seq::SliceRandom as _;

/// How long a case runs in each round. It is short, so that all cases of a round see the same load.
const ROUND: Duration = Duration::from_millis(5);

/// How many calls at the start of a turn are not counted. They are slower than the others, because
/// of background work and cache contents that the case before leaves. A case that makes few calls
/// in a turn would look slower than an identical one that makes many.
const UNCOUNTED: u32 = 5;

/// Runs a case for a time, and returns the time of one call.
type Runs = Box<dyn Fn(Duration) -> BoxFuture<'static, Duration> + Send + Sync>;

/// Cases, which are compared with the first of them.
#[derive(Default)]
pub struct Table {
    cases: Vec<(&'static str, Runs)>,
}

/// Times of calls, by round. Those of several sittings can be added.
#[derive(Default)]
pub struct Times(Vec<(&'static str, Vec<f64>)>);

/// The cost of a case.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// The name of the case.
    pub name: &'static str,
    /// Time for each call: the median of the rounds.
    pub time: Duration,
    /// The median of its ratios to the first case of the same round.
    pub ratio: f64,
    /// The lower and upper quartile of these ratios.
    pub between: (f64, f64),
}

impl Times {
    /// Adds the times of another sitting.
    pub fn add(&mut self, other: Self) {
        if self.0.is_empty() {
            self.0 = other.0;
        } else {
            for ((_, times), (_, others)) in self.0.iter_mut().zip(other.0) {
                times.extend(others);
            }
        }
    }

    /// Adds the time of one case in one round.
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
    /// Adds a case, which makes `call` repeatedly.
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
            // The background work that a case leaves slows the next one, so the order is random.
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
