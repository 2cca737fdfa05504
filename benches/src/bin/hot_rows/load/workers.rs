//! The workers of a load, and how each call ended, as its caller saw it.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use rand::seq::IndexedRandom as _;
use sqlx::Error;
use sqlx_transactional::Class;
use tokio::task::JoinSet;

use super::{
    audit::ACCOUNTS,
    transfers::{Call, Seen, Transfer},
};

pub(crate) struct Ended {
    pub(crate) id: i64,
    pub(crate) end: End,
    pub(crate) attempts: u32,
    pub(crate) deadlocks: u32,
}

pub(crate) enum End {
    Acknowledged,
    /// Every attempt conflicted.
    GaveUp,
    /// An error that no load should cause.
    Failed(Error),
}

impl Ended {
    pub(crate) fn new(id: i64, outcome: Result<(), Error>, seen: Seen) -> Self {
        let end = match outcome {
            Ok(()) => End::Acknowledged,
            Err(error)
                if matches!(
                    Class::of(&error),
                    Class::Serialization | Class::Deadlock | Class::Busy
                ) =>
            {
                End::GaveUp
            }
            Err(error) => End::Failed(error),
        };
        let (attempts, deadlocks) = seen.into_counts();
        Self {
            id,
            end,
            attempts,
            deadlocks,
        }
    }
}

/// Makes `transfers` transfers, each between two accounts, with `workers` workers.
pub(crate) async fn run<S: Clone + Send + 'static>(
    source: &S,
    call: Call<S>,
    payer_first: bool,
    workers: u32,
    transfers: u32,
) -> Vec<Ended> {
    let next = Arc::new(AtomicU32::new(0));
    let mut all = JoinSet::new();
    for _ in 0..workers {
        let (source, next) = (source.clone(), Arc::clone(&next));
        all.spawn(async move {
            let mut calls = Vec::new();
            loop {
                let id = next.fetch_add(1, Ordering::Relaxed);
                if id >= transfers {
                    return calls;
                }
                calls.push(call(source.clone(), order(id.into(), payer_first)).await);
            }
        });
    }
    all.join_all().await.into_iter().flatten().collect()
}

fn order(id: i64, payer_first: bool) -> Transfer {
    let two: Vec<i64> = ACCOUNTS.sample(&mut rand::rng(), 2).copied().collect();
    Transfer {
        id,
        payer: two[0],
        payee: two[1],
        cents: rand::random_range(1..=100),
        payer_first,
    }
}
