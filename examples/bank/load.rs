//! The workers: random orders, of which some are cancelled half-way and some contain a bug, and how each call ended.
use std::{
    future::{Future, poll_fn},
    ops::Range,
    panic,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use indicatif::ProgressBar;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx_transactional::{Class, Db};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use crate::{
    bank::{self, BankError, NOT_A_DEPOSIT, Transfer},
    options::Options,
    vault::Vault,
};

/// What each account holds at first.
pub(crate) const OPENING_CENTS: i64 = 10_000;
const CENTS: Range<i64> = 1..6_000;

/// One call of [`bank::transfer`].
pub(crate) struct Call {
    pub(crate) order: Transfer,
    pub(crate) end: End,
    pub(crate) took: Duration,
}

/// How a call ended, as its caller saw it.
pub(crate) enum End {
    Committed,
    Overdraft,
    /// Rolled back because of other transactions.
    Conflict,
    Failed(BankError),
    /// COMMIT was sent, and no answer came.
    Unknown,
    Panicked,
    Cancelled,
}

impl From<BankError> for End {
    fn from(error: BankError) -> Self {
        match (Class::of(&error), &error) {
            (_, BankError::Overdraft { .. }) => Self::Overdraft,
            (Class::CommitUnknown, _) => Self::Unknown,
            (Class::Serialization | Class::Deadlock | Class::Busy | Class::LockTimeout, _) => Self::Conflict,
            _ => Self::Failed(error),
        }
    }
}

/// Runs all calls, or those until `stop`.
pub(crate) async fn run<DB: Vault>(db: &Db<DB>, options: &Options, stop: &watch::Receiver<bool>, progress: &ProgressBar) -> Vec<Call> {
    silence_expected_panics();
    let (transfers, accounts, seed) = (options.transfers, i64::from(options.accounts), options.seed);
    let next = Arc::new(AtomicU32::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..options.workers {
        let (db, next, stop, progress) = (db.clone(), Arc::clone(&next), stop.clone(), progress.clone());
        workers.spawn(async move {
            let mut calls = Vec::new();
            while !*stop.borrow() {
                let id = next.fetch_add(1, Ordering::Relaxed);
                if id >= transfers {
                    break;
                }
                let (order, patience) = order(id, accounts, seed);
                calls.push(call(db.clone(), order, patience).await);
                progress.inc(1);
            }
            calls
        });
    }
    workers.join_all().await.into_iter().flatten().collect()
}

/// How long a caller waits for an answer before it drops the call.
enum Patience {
    Endless,
    Polls(u32),
    Time(Duration),
}

/// The same for the same seed, whichever worker asks.
fn order(id: u32, accounts: i64, seed: u64) -> (Transfer, Patience) {
    let mut random = StdRng::seed_from_u64(seed.rotate_left(32) ^ u64::from(id));
    let from = random.random_range(0..accounts);
    let to = (from + random.random_range(1..accounts)) % accounts;
    let mut cents = random.random_range(CENTS);
    let mut patience = Patience::Endless;
    match random.random_range(0..100) {
        0..4 => cents = -cents,
        4..9 => patience = Patience::Polls(random.random_range(1..9)),
        9..14 => patience = Patience::Time(Duration::from_micros(random.random_range(100..5_000))),
        _ => {}
    }
    (Transfer { id: i64::from(id), from, to, cents }, patience)
}

/// In a task of its own, so that a panic ends there.
async fn call<DB: Vault>(db: Db<DB>, order: Transfer, patience: Patience) -> Call {
    let started = Instant::now();
    let call = tokio::spawn(async move {
        let transfer = bank::transfer(&db, order);
        match patience {
            Patience::Endless => Some(transfer.await),
            Patience::Polls(polls) => poll_at_most(polls, transfer).await,
            Patience::Time(time) => timeout(time, transfer).await.ok(),
        }
    });
    let end = match call.await {
        Ok(Some(Ok(()))) => End::Committed,
        Ok(Some(Err(error))) => error.into(),
        Ok(None) => End::Cancelled,
        Err(_) => End::Panicked,
    };
    Call { order, end, took: started.elapsed() }
}

/// Drops `call` after so many polls, wherever it is then.
async fn poll_at_most<F: Future>(mut polls: u32, call: F) -> Option<F::Output> {
    let mut call = pin!(call);
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            polls -= 1;
            if polls == 0 { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

fn silence_expected_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panic.payload_as_str().is_some_and(|message| message.starts_with(NOT_A_DEPOSIT)) {
            report(panic);
        }
    }));
}
