//! Compares the commits per second on hot rows: pgbench, `#[retry_on_error]` and sqlx by hand, in
//! turns on one server.

use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sqlx::postgres::PgPool;
use tokio::task::JoinSet;

use crate::{
    Error, by_hand,
    old_snapshots::OldSnapshots,
    pgbench,
    rows::{FIRST, HotRows},
    table, through_us,
    turn::{Call, Summary, Turn, median},
};

const WORKERS: [u32; 3] = [4, 16, 64];

/// Updates the row and its neighbour in a transaction, which it retries after a conflict.
type Update = fn(PgPool, i64) -> BoxFuture<'static, Result<Ended, sqlx::Error>>;

pub(crate) struct Ended {
    pub(crate) attempts: u32,
    /// False if it gave up.
    pub(crate) committed: bool,
}

#[derive(Clone, Copy)]
enum Contender {
    Pgbench,
    Sqlx(Update),
}

/// The contenders, which are compared with the first one.
const CONTENDERS: [(&str, Contender); 4] = [
    ("pgbench, its own retry", Contender::Pgbench),
    ("#[retry_on_error]", Contender::Sqlx(through_us::call)),
    ("by hand, always at once", Contender::Sqlx(by_hand::at_once)),
    (
        "by hand, full jitter only",
        Contender::Sqlx(by_hand::full_jitter),
    ),
];

const HEADS: [&str; 9] = [
    "",
    "workers",
    "committed/s",
    "to pgbench",
    "attempts",
    "gave up %",
    "p50 ms",
    "p99 ms",
    "max ms",
];

/// Prints the table. Returns the faults that were found.
pub(crate) async fn run(seconds: u32, rounds: u32) -> Result<Vec<String>, Error> {
    let pgbench = pgbench::find()?;
    let rows = HotRows::new().await;
    let mut old_snapshots = OldSnapshots::default();
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for workers in WORKERS {
        let mut turns: [Vec<Turn>; CONTENDERS.len()] = Default::default();
        for round in 0..rounds {
            for place in 0..CONTENDERS.len() {
                // Each round begins with another contender.
                let who = (place + round as usize) % CONTENDERS.len();
                let (name, contender) = CONTENDERS[who];
                old_snapshots.look(&rows.database).await?;
                rows.start_anew().await;
                let turn = match contender {
                    Contender::Pgbench => {
                        pgbench::turn(&pgbench, rows.database.url(), workers, seconds).await?
                    }
                    Contender::Sqlx(update) => turn(&rows, update, workers, seconds).await?,
                };
                let (stored, told) = (rows.stored().await, turn.committed());
                if usize::try_from(stored) != Ok(told) {
                    faults.push(format!("{name}, {workers} workers: {stored} transactions are stored, the callers know of {told}"));
                }
                turns[who].push(turn);
            }
        }
        lines.extend(
            (0..CONTENDERS.len())
                .map(|who| line(workers, CONTENDERS[who].0, &turns[who], &turns[0])),
        );
    }
    old_snapshots.look(&rows.database).await?;
    table::print(
        &format!("hot rows, SERIALIZABLE, {rounds} x {seconds} s"),
        HEADS,
        &lines,
    );
    Ok(faults)
}

fn line(workers: u32, name: &str, turns: &[Turn], pgbench: &[Turn]) -> [String; HEADS.len()] {
    let Summary {
        rate,
        attempts_per_commit,
        gave_up,
        p50,
        p99,
        max,
    } = Summary::of(turns);
    // Ratios within a round: other load on the machine slows both.
    let ratios = turns
        .iter()
        .zip(pgbench)
        .map(|(turn, pgbench)| turn.rate / pgbench.rate);
    let (low, high) = (
        ratios.clone().fold(f64::INFINITY, f64::min),
        ratios.clone().fold(0.0, f64::max),
    );
    let ratio = median(ratios);
    let milliseconds = |time: Duration| format!("{:.1}", 1e3 * time.as_secs_f64());
    [
        name.to_owned(),
        workers.to_string(),
        format!("{rate:.0}"),
        if turns.len() == 1 {
            format!("{ratio:.2}")
        } else {
            format!("{ratio:.2} ({low:.2} to {high:.2})")
        },
        format!("{attempts_per_commit:.2}"),
        format!("{:.2}", 100.0 * gave_up),
        milliseconds(p50),
        milliseconds(p99),
        milliseconds(max),
    ]
}

/// Makes calls for `seconds`, and waits for the last ones.
async fn turn(
    rows: &HotRows,
    update: Update,
    workers: u32,
    seconds: u32,
) -> Result<Turn, sqlx::Error> {
    let pool = rows.pool(workers).await?;
    let end = Instant::now() + Duration::from_secs(seconds.into());
    let mut all = JoinSet::new();
    for _ in 0..workers {
        all.spawn(work(pool.clone(), update, end));
    }
    let (mut calls, mut in_time) = (Vec::new(), 0);
    while let Some(worker) = all.join_next().await {
        let (own, own_in_time) = worker.expect("no worker panics")?;
        calls.extend(own);
        in_time += own_in_time;
    }
    pool.close().await;
    Ok(Turn {
        rate: f64::from(in_time) / f64::from(seconds),
        calls,
    })
}

/// The calls of one worker, and how many of them were committed in time.
async fn work(pool: PgPool, update: Update, end: Instant) -> Result<(Vec<Call>, u32), sqlx::Error> {
    let (mut calls, mut in_time) = (Vec::new(), 0);
    loop {
        let started = Instant::now();
        if started >= end {
            return Ok((calls, in_time));
        }
        let Ended {
            attempts,
            committed,
        } = update(pool.clone(), rand::random_range(FIRST)).await?;
        in_time += u32::from(committed && Instant::now() < end);
        calls.push(Call {
            attempts,
            committed,
            took: started.elapsed(),
        });
    }
}
