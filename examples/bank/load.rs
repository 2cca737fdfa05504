//! The workers carry out random orders, of which some are cancelled half-way and some trigger a
//! bug, and record how each call ended. The clerks of `desk.rs` work at the same time.
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
    bank::{self, BANK, BankError, Fee, NOT_A_DEPOSIT, Receipts, Transfer},
    desk::{self, Desk},
    options::Options,
    vault::Vault,
};

/// The opening balance of each account.
pub(crate) const OPENING_CENTS: i64 = 10_000;
const CENTS: Range<i64> = 1..6_000;

/// One call of [`bank::transfer`], or of another function that moves money.
pub(crate) struct Call {
    pub(crate) order: Transfer,
    pub(crate) end: End,
    pub(crate) took: Duration,
}

/// How a call ended, as its caller saw it.
pub(crate) enum End {
    Committed(Fee),
    Overdraft,
    /// Rolled back because of a conflict: the call was not retried, or its last attempt conflicted
    /// too.
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
            _ if is_conflict(&error) => Self::Conflict,
            _ => Self::Failed(error),
        }
    }
}

/// Whether a call failed only because of a conflict with other transactions.
pub(crate) fn is_conflict(error: &BankError) -> bool {
    matches!(
        Class::of(error),
        Class::Serialization | Class::Deadlock | Class::Busy | Class::LockTimeout
    )
}

/// The day's orders: taken one by one, until none is left or the run is stopped.
pub(crate) struct Orders {
    next: AtomicU32,
    transfers: u32,
    accounts: i64,
    seed: u64,
    stop: watch::Receiver<bool>,
}

impl Orders {
    pub(crate) fn new(options: &Options, stop: &watch::Receiver<bool>) -> Self {
        let Options {
            transfers,
            accounts,
            seed,
            ..
        } = *options;
        Self {
            next: AtomicU32::new(0),
            transfers,
            accounts: accounts.into(),
            seed,
            stop: stop.clone(),
        }
    }

    fn take(&self) -> Option<(Transfer, Patience)> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        (id < self.transfers && !*self.stop.borrow()).then(|| order(id, self.accounts, self.seed))
    }

    /// The share of the orders that are taken, in percent; 100 once the run is stopped.
    pub(crate) fn taken(&self) -> u32 {
        let taken = u64::from(self.next.load(Ordering::Relaxed)) * 100 / u64::from(self.transfers);
        if *self.stop.borrow() {
            100
        } else {
            u32::try_from(taken).unwrap_or(100)
        }
    }

    /// A random account, which may be the bank's own.
    pub(crate) fn any_account(&self, random: &mut StdRng) -> i64 {
        let account = random.random_range(0..=self.accounts);
        if account == self.accounts {
            BANK
        } else {
            account
        }
    }
}

/// Runs the workers and the clerks until all orders are carried out or the run is stopped.
pub(crate) async fn run<DB: Vault>(
    db: &Db<DB>,
    workers: u16,
    orders: Orders,
    receipts: &Receipts,
    progress: &ProgressBar,
) -> (Vec<Call>, Desk) {
    silence_expected_panics();
    let orders = Arc::new(orders);
    let mut calls = JoinSet::new();
    for _ in 0..workers {
        let (db, orders, receipts, progress) = (
            db.clone(),
            Arc::clone(&orders),
            receipts.clone(),
            progress.clone(),
        );
        calls.spawn(async move {
            let mut calls = Vec::new();
            while let Some((order, patience)) = orders.take() {
                calls.push(call(db.clone(), order, patience, receipts.clone()).await);
                progress.inc(1);
            }
            calls
        });
    }
    let desk = desk::run(db, &orders).await;
    (calls.join_all().await.into_iter().flatten().collect(), desk)
}

/// How long a caller waits for an answer before it drops the call.
enum Patience {
    Endless,
    Polls(u32),
    Time(Duration),
}

/// The order with this id. It depends on the seed, not on the worker that takes it.
fn order(id: u32, accounts: i64, seed: u64) -> (Transfer, Patience) {
    let mut random = StdRng::seed_from_u64(seed.rotate_left(32) ^ u64::from(id));
    let mut from = random.random_range(0..accounts);
    let to = (from + random.random_range(1..accounts)) % accounts;
    let mut cents = random.random_range(CENTS);
    let mut patience = Patience::Endless;
    match random.random_range(0..100) {
        0..4 => cents = -cents,
        4..9 => patience = Patience::Polls(random.random_range(1..9)),
        9..14 => patience = Patience::Time(Duration::from_micros(random.random_range(100..5_000))),
        // The bank pays out what it has earned in fees.
        14..16 => from = BANK,
        _ => {}
    }
    (
        Transfer {
            id: i64::from(id),
            from,
            to,
            cents,
        },
        patience,
    )
}

/// Runs the call in a task of its own, where a panic ends.
async fn call<DB: Vault>(
    db: Db<DB>,
    order: Transfer,
    patience: Patience,
    receipts: Receipts,
) -> Call {
    let started = Instant::now();
    let call = tokio::spawn(async move {
        let transfer = bank::transfer(&db, order, &receipts);
        match patience {
            Patience::Endless => Some(transfer.await),
            Patience::Polls(polls) => poll_at_most(polls, transfer).await,
            Patience::Time(time) => timeout(time, transfer).await.ok(),
        }
    });
    let end = match call.await {
        Ok(Some(Ok(fee))) => End::Committed(fee),
        Ok(Some(Err(error))) => error.into(),
        Ok(None) => End::Cancelled,
        Err(_) => End::Panicked,
    };
    Call {
        order,
        end,
        took: started.elapsed(),
    }
}

/// Drops `call` if it has not ended after `polls` polls.
async fn poll_at_most<F: Future>(mut polls: u32, call: F) -> Option<F::Output> {
    let mut call = pin!(call);
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            polls -= 1;
            if polls == 0 {
                Poll::Ready(None)
            } else {
                Poll::Pending
            }
        }
    })
    .await
}

fn silence_expected_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panic
            .payload_as_str()
            .is_some_and(|message| message.starts_with(NOT_A_DEPOSIT))
        {
            report(panic);
        }
    }));
}
