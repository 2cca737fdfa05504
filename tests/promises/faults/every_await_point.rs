//! Each kind of call is dropped at each of its await points, on each database. `--no-capture`
//! prints how many points there are, and how many leave something behind over sqlx by hand.

use std::{collections::BTreeSet, fmt, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;
use tests::{checks::PROMISED, explorer::every_poll};

use super::{
    by_hand,
    calls::{self, Ended},
    observer::{Observer, pool_is_clean},
    subject::{Subject, open},
};
use crate::diary::Diary;

/// How long a pool over sqlx by hand may take to get its connections back.
const BY_HAND: Duration = Duration::from_millis(200);

/// One kind of call on one database.
struct Row {
    call: &'static str,
    database: &'static str,
    /// The number of different polls after which it was dropped.
    points: usize,
    /// How often it was dropped: at each poll at once and after its answer had arrived, at some
    /// polls more than once.
    drops: usize,
    /// How many of the dropped calls were stored, because COMMIT was on its way.
    stored: usize,
    leaks: usize,
    by_hand: Option<ByHand>,
}

struct ByHand {
    drops: usize,
    leaks: usize,
}

async fn through_us<DB: Subject>((call, run): calls::Kind<DB>) -> Row {
    let database = open::<DB>().await;
    let (_proxy, pool) = DB::reach(&database);
    let mut observer = Observer::of(&database).await;
    let mut points = BTreeSet::new();
    let (mut drops, mut all) = (0, 0);
    let explored = AssertUnwindSafe(every_poll(async |cut| {
        let diary = Diary::default();
        let Ended { finished, stored } = run(&pool, &diary, cut).await;
        let is_stored = observer.check(&pool, &diary, stored).await;
        if !finished {
            drops += 1;
            all += usize::from(is_stored);
            points.insert(cut.polls());
        }
        finished
    }))
    .catch_unwind()
    .await;
    Row {
        call,
        database: DB::NAME,
        points: points.len(),
        drops,
        stored: all,
        leaks: usize::from(explored.is_err()),
        by_hand: None,
    }
}

/// Replaces the pool after each leak. Otherwise, what the next call meets in the old pool would be
/// counted again.
async fn by_hand<DB: Subject>((_, run): by_hand::Kind<DB>) -> ByHand {
    let database = open::<DB>().await;
    let (mut proxy, mut pool) = DB::reach(&database);
    let mut leaks = 0;
    let explored = every_poll(async |cut| {
        let finished = run(&pool, cut).await;
        if pool_is_clean(&pool, BY_HAND).await.is_err() {
            leaks += usize::from(!finished);
            DB::end_all(&database).await;
            tokio::time::timeout(BY_HAND, pool.close()).await.ok();
            (proxy, pool) = DB::reach(&database);
        }
        finished
    })
    .await;
    drop(proxy);
    ByHand {
        drops: explored.cancelled,
        leaks,
    }
}

/// Runs the calls through the crate one after the other. Runs those by hand in parallel, because a
/// leak by hand is found by waiting.
fn explore<DB: Subject>(ours: &[calls::Kind<DB>], theirs: &[by_hand::Kind<DB>]) -> Vec<Row> {
    std::thread::scope(|threads| {
        let theirs: Vec<_> = theirs
            .iter()
            .map(|kind| (kind.0, threads.spawn(|| block_on(by_hand(*kind)))))
            .collect();
        let mut rows: Vec<Row> = ours
            .iter()
            .map(|kind| block_on(through_us(*kind)))
            .collect();
        for (call, thread) in theirs {
            let by_hand = thread.join().expect("sqlx does not panic");
            rows.iter_mut()
                .find(|row| row.call == call)
                .expect("each kind exists through the crate too")
                .by_hand = Some(by_hand);
        }
        rows
    })
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

#[test]
fn leave_nothing_behind() {
    let rows: Vec<Row> = std::thread::scope(|threads| {
        let databases = [
            threads.spawn(|| explore(calls::POSTGRES, by_hand::POSTGRES)),
            threads.spawn(|| explore(calls::MYSQL, by_hand::MYSQL)),
            threads.spawn(|| explore(calls::SQLITE, by_hand::SQLITE)),
        ];
        databases
            .into_iter()
            .flat_map(|thread| thread.join().expect("the checks' panics are caught"))
            .collect()
    });
    println!("{}", Table(&rows));
    assert!(
        rows.iter().all(|row| row.leaks == 0),
        "something is left after {PROMISED:?}, see above"
    );
    assert!(rows.iter().all(|row| row.points > 0));
    assert!(
        rows.iter().any(|row| row
            .by_hand
            .as_ref()
            .is_some_and(|by_hand| by_hand.leaks > 0)),
        "sqlx by hand still leaks"
    );
}

struct Table<'a>(&'a [Row]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = "-".repeat(98);
        writeln!(
            f,
            "{:<18} {:<11} {:>12} {:>6} {:>7} {:>6} | by hand: {:>6} {:>6}",
            "call", "database", "await points", "drops", "stored", "leaks", "drops", "leaks"
        )?;
        writeln!(f, "{line}")?;
        for row in self.0 {
            let Row {
                call,
                database,
                points,
                drops,
                stored,
                leaks,
                by_hand,
            } = row;
            write!(
                f,
                "{call:<18} {database:<11} {points:>12} {drops:>6} {stored:>7} {leaks:>6} |"
            )?;
            match by_hand {
                Some(ByHand { drops, leaks }) => writeln!(f, " {drops:>15} {leaks:>6}")?,
                None => writeln!(f, " {:>15} {:>6}", "-", "-")?,
            }
        }
        let sum = |of: fn(&Row) -> usize| self.0.iter().map(of).sum::<usize>();
        let [points, drops, stored, leaks] = [
            sum(|row| row.points),
            sum(|row| row.drops),
            sum(|row| row.stored),
            sum(|row| row.leaks),
        ];
        let hand = [
            sum(|row| row.by_hand.as_ref().map_or(0, |it| it.drops)),
            sum(|row| row.by_hand.as_ref().map_or(0, |it| it.leaks)),
        ];
        writeln!(f, "{line}")?;
        write!(
            f,
            "{:<30} {points:>12} {drops:>6} {stored:>7} {leaks:>6} | {:>15} {:>6}",
            "in all", hand[0], hand[1]
        )
    }
}
