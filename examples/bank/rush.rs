//! The rush: at the end of the day all workers use the same few accounts at once. In the first wave
//! a conflict ends the call; in the second wave the call is retried.
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::ProgressBar;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx_transactional::Db;
use tokio::{sync::watch, task::JoinSet, time::sleep};

use crate::{
    bank::{self, BankError, Fee, Receipts, Transfer},
    load::{Call, End},
    options::Options,
    vault::Vault,
};

/// How many accounts the payments use.
const ACCOUNTS: i64 = 3;
/// The pause of a worker between two calls. Without it one worker would make nearly all the calls,
/// while the others sleep between two attempts.
const NEXT_CUSTOMER: Duration = Duration::from_millis(2);

pub(crate) struct Rush {
    /// Calls of [`bank::pay_once`].
    pub(crate) once: Wave,
    /// Calls of [`bank::pay`].
    pub(crate) retried: Wave,
}

impl Rush {
    pub(crate) fn waves(&self) -> impl Iterator<Item = &Wave> {
        [&self.once, &self.retried].into_iter()
    }
}

#[derive(Default)]
pub(crate) struct Wave {
    pub(crate) calls: Vec<Call>,
    /// How many calls were committed by their first attempt, the second, the third, and a later
    /// one.
    pub(crate) attempts: [usize; 4],
    pub(crate) took: Duration,
}

impl Wave {
    pub(crate) fn committed(&self) -> usize {
        self.attempts.iter().sum()
    }

    /// Calls that a conflict ended.
    pub(crate) fn gave_up(&self) -> usize {
        self.calls
            .iter()
            .filter(|call| matches!(call.end, End::Conflict))
            .count()
    }

    /// Calls that were committed after a conflict.
    pub(crate) fn committed_later(&self) -> usize {
        self.committed() - self.attempts[0]
    }

    fn add(&mut self, other: Self) {
        self.calls.extend(other.calls);
        for (count, other) in self.attempts.iter_mut().zip(other.attempts) {
            *count += other;
        }
    }
}

/// How many calls a wave has.
pub(crate) fn size(options: &Options) -> u32 {
    options.transfers.div_ceil(20)
}

/// Runs both waves. Ends early if the run is stopped.
pub(crate) async fn run<DB: Vault>(
    db: &Db<DB>,
    options: &Options,
    stop: &watch::Receiver<bool>,
    receipts: &Receipts,
    progress: &ProgressBar,
) -> Rush {
    let till = |retries| Till {
        db: db.clone(),
        retries,
        receipts: receipts.clone(),
        progress: progress.clone(),
    };
    let orders = |wave| Orders::new(wave, options, stop);
    let once = till(false).wave(options.workers, orders(0)).await;
    Rush {
        once,
        retried: till(true).wave(options.workers, orders(1)).await,
    }
}

/// The orders of one wave; their numbers follow those of the day and of the waves before.
struct Orders {
    next: AtomicU32,
    first: u32,
    size: u32,
    accounts: i64,
    seed: u64,
    stop: watch::Receiver<bool>,
}

impl Orders {
    fn new(wave: u32, options: &Options, stop: &watch::Receiver<bool>) -> Self {
        let size = size(options);
        Self {
            next: AtomicU32::new(0),
            first: options.transfers + wave * size,
            size,
            accounts: ACCOUNTS.min(options.accounts.into()),
            seed: options.seed,
            stop: stop.clone(),
        }
    }

    /// The next order. Both waves have the same accounts and amounts.
    fn take(&self) -> Option<Transfer> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        if number >= self.size || *self.stop.borrow() {
            return None;
        }
        let mut random = StdRng::seed_from_u64(self.seed.rotate_left(32) ^ u64::from(number));
        let from = random.random_range(0..self.accounts);
        let to = (from + random.random_range(1..self.accounts)) % self.accounts;
        // Small amounts, so that calls fail because of conflicts and not because of overdrafts.
        Some(Transfer {
            id: i64::from(self.first + number),
            from,
            to,
            cents: random.random_range(1..10),
        })
    }
}

/// What the workers of a wave share.
struct Till<DB: Vault> {
    db: Db<DB>,
    retries: bool,
    receipts: Receipts,
    progress: ProgressBar,
}

impl<DB: Vault> Till<DB> {
    async fn wave(self, workers: u16, orders: Orders) -> Wave {
        let (started, till, orders) = (Instant::now(), Arc::new(self), Arc::new(orders));
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            let (till, orders) = (Arc::clone(&till), Arc::clone(&orders));
            tasks.spawn(async move {
                let mut wave = Wave::default();
                while let Some(order) = orders.take() {
                    till.serve(order, &mut wave).await;
                    till.progress.inc(1);
                    sleep(NEXT_CUSTOMER).await;
                }
                wave
            });
        }
        let mut all = Wave::default();
        for wave in tasks.join_all().await {
            all.add(wave);
        }
        Wave {
            took: started.elapsed(),
            ..all
        }
    }

    async fn serve(&self, order: Transfer, wave: &mut Wave) {
        let started = Instant::now();
        let answer = self.pay(order).await;
        if let Ok(attempt) = answer {
            wave.attempts[attempt.clamp(1, 4) as usize - 1] += 1;
        }
        let end = answer.map_or_else(End::from, |_| End::Committed(Fee::None));
        wave.calls.push(Call {
            order,
            end,
            took: started.elapsed(),
        });
    }

    /// Pays, and returns the number of the attempt that was committed.
    async fn pay(&self, order: Transfer) -> Result<u32, BankError> {
        if self.retries {
            return bank::pay(&self.db, order, &self.receipts).await;
        }
        bank::pay_once(&self.db, order, &self.receipts).await?;
        Ok(1)
    }
}
