//! The workers: they make random calls, drop some of them half-way, and note how each call ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use sqlx_transactional::{Class, Db};
use tests::explorer::{Cut, When};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::bank::{ACCOUNTS, Bank, BankError, Kind, Order};
use crate::notes::Notes;

/// The text of the panics that are intended.
pub(crate) const MEANT: &str = "a bug, as it was meant to be";

/// More workers than the pool has connections.
const WORKERS: u64 = 12;

/// A call that takes longer counts as hung.
const ENDLESS: Duration = Duration::from_secs(20);

/// One call, and how it ended.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) order: Order,
    pub(crate) end: End,
    pub(crate) took: Duration,
}

/// The end of a call, as its caller saw it.
#[derive(Debug)]
pub(crate) enum End {
    Ok,
    Refused,
    /// With the text of the error.
    Failed(
        Class,
        #[expect(dead_code, reason = "for the text of a finding")] String,
    ),
    Cancelled,
    Panicked,
    Hung,
}

/// How long a caller waits before it drops the call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience {
    Endless,
    Time(Duration),
    Polls(Cut),
}

/// What the workers of all phases share.
pub(crate) struct Load<DB: Bank> {
    pub(crate) db: Db<DB>,
    pub(crate) notes: Notes,
    pub(crate) seed: u64,
    next: AtomicI64,
}

impl<DB: Bank> Load<DB> {
    pub(crate) fn new(db: Db<DB>, seed: u64) -> Arc<Self> {
        Arc::new(Self {
            db,
            notes: Notes::default(),
            seed,
            next: AtomicI64::new(1),
        })
    }

    /// Runs until `stop` is true and every call has ended. If answers can be lost, `most` bounds
    /// how long a caller waits.
    pub(crate) async fn run(
        self: &Arc<Self>,
        phase: u64,
        stop: watch::Receiver<bool>,
        most: Option<Duration>,
    ) -> Vec<Call> {
        let mut workers = JoinSet::new();
        for worker in 0..WORKERS {
            let (load, stop) = (Arc::clone(self), stop.clone());
            let mut random =
                StdRng::seed_from_u64(self.seed.rotate_left(32) ^ (phase << 8) ^ worker);
            workers.spawn(async move {
                let mut calls = Vec::new();
                while !*stop.borrow() {
                    let (order, patience) = load.order(&mut random, most);
                    calls.push(load.call(order, patience).await);
                }
                calls
            });
        }
        workers.join_all().await.into_iter().flatten().collect()
    }

    /// One call without any fault.
    pub(crate) async fn probe(&self) -> Call {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let order = Order {
            id,
            kind: Kind::Plain,
            source: 1,
            target: 2,
            cents: 1,
            again: false,
        };
        self.call(order, Patience::Endless).await
    }

    /// Draws the next call, and how long its caller waits.
    pub(crate) fn order(&self, random: &mut StdRng, most: Option<Duration>) -> (Order, Patience) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let kind = match random.random_range(0..100) {
            0..3 => Kind::Refused,
            3..5 => Kind::Panics,
            5..8 => Kind::Marked,
            8..10 => Kind::Slow,
            10..15 if most.is_none() => Kind::ByHand,
            _ => *Kind::COMMON.choose(random).expect("the list is not empty"),
        };
        let source = random.random_range(1..=ACCOUNTS);
        let target = (source + random.random_range(0..ACCOUNTS - 1)) % ACCOUNTS + 1;
        let patience = match random.random_range(0..100) {
            // It is known that sqlx leaves something behind if a call by hand is dropped half-way.
            _ if kind == Kind::ByHand => Patience::Endless,
            0..6 => {
                let most = if random.random() { 14 } else { 60 };
                Patience::Polls(Cut::at(
                    random.random_range(1..most),
                    *When::ALL.choose(random).expect("the list is not empty"),
                ))
            }
            6..12 => Patience::Time(Duration::from_micros(random.random_range(100..20_000))),
            _ => most.map_or(Patience::Endless, Patience::Time),
        };
        let (cents, again) = (random.random_range(1..1_000), random.random());
        (
            Order {
                id,
                kind,
                source,
                target,
                cents,
                again,
            },
            patience,
        )
    }

    /// Runs the call in a task of its own, so that a panic ends there.
    pub(crate) async fn call(&self, order: Order, patience: Patience) -> Call {
        let started = Instant::now();
        let (db, notes) = (self.db.clone(), self.notes.clone());
        let call = tokio::spawn(async move {
            let call = DB::call(&db, order, &notes);
            match patience {
                Patience::Endless => timeout(ENDLESS, call).await.map_or(Err(End::Hung), Ok),
                Patience::Time(time) => timeout(time, call).await.map_err(|_| End::Cancelled),
                // The next poll may never come.
                Patience::Polls(cut) => timeout(Duration::from_secs(1), cut.apply(call))
                    .await
                    .ok()
                    .flatten()
                    .ok_or(End::Cancelled),
            }
        });
        let end = match call.await {
            Ok(Ok(Ok(()))) => End::Ok,
            Ok(Ok(Err(BankError::Refused))) => End::Refused,
            Ok(Ok(Err(error))) => End::Failed(Class::of(&error), format!("{error}; {error:?}")),
            Ok(Err(end)) => end,
            Err(error) if error.is_panic() => End::Panicked,
            // The runtime has ended.
            Err(_) => End::Cancelled,
        };
        Call {
            order,
            end,
            took: started.elapsed(),
        }
    }
}

/// Intended panics are not printed.
pub(crate) fn silence_panics() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic
            .payload_as_str()
            .is_some_and(|text| text.contains(MEANT))
        {
            report(panic);
        }
    }));
}
