//! Which pools the current task has a transaction open on: a call that would wait for itself is told so at once.
use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use sqlx::Pool;

use crate::driver::{Backend, Driver};

thread_local! {
    /// Of the body that this thread is polling.
    static HELD: Cell<Option<Held>> = const { Cell::new(None) };
}

/// The transactions that are open around the current place in the task, the innermost first.
#[derive(Debug, Clone)]
pub struct Held(Arc<Transaction>);

#[derive(Debug)]
struct Transaction {
    pool: usize,
    writes: bool,
    around: Option<Held>,
}

impl Held {
    /// The ones around, and one more.
    pub(crate) fn also<DB: Driver>(pool: &Pool<DB>, writes: bool) -> Self {
        Self(Arc::new(Transaction { pool: identity(pool), writes, around: current() }))
    }
}

pin_project! {
    /// A body, polled as the holder of what it holds. Not tokio's `TaskLocalFuture`, which is seven times the code; there is one of these for
    /// every body in a program.
    #[derive(Debug)]
    pub struct Inside<F> {
        held: Option<Held>,
        #[pin]
        body: F,
    }
}

/// Runs `body` as the holder of `held`.
pub fn inside<F: Future>(held: Option<Held>, body: F) -> Inside<F> {
    Inside { held, body }
}

impl<F: Future> Future for Inside<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _polled = Polled::enter(this.held);
        this.body.poll(context)
    }
}

/// The thread holds what the body does, until this is dropped.
struct Polled<'a> {
    held: &'a mut Option<Held>,
    around: Option<Held>,
}

impl<'a> Polled<'a> {
    fn enter(held: &'a mut Option<Held>) -> Self {
        let around = swap(held.take());
        Self { held, around }
    }
}

impl Drop for Polled<'_> {
    fn drop(&mut self) {
        *self.held = swap(self.around.take());
    }
}

/// Why a transaction cannot be begun here, if it would wait for one of this task that waits for it.
pub(crate) fn conflict<DB: Driver>(pool: &Pool<DB>, writes: bool) -> Option<&'static str> {
    let innermost = current();
    let mut held = innermost.as_ref();
    while let Some(Held(transaction)) = held {
        if transaction.pool == identity(pool) {
            if pool.options().get_max_connections() == 1 {
                return Some(
                    "this task already holds the only connection of the pool: pass the session to join its transaction, \
                     or give the pool a second connection",
                );
            }
            if writes && transaction.writes && DB::Backend::has_one_writer(pool) {
                return Some(
                    "this task is already writing to the database, and SQLite has one writer at a time: pass the session to join its \
                     transaction, or use `session.after_commit(..)` or `session.after_rollback(..)`",
                );
            }
        }
        held = transaction.around.as_ref();
    }
    None
}

pub(crate) fn current() -> Option<Held> {
    let held = swap(None);
    swap(held.clone());
    held
}

/// Nothing is held on a thread that is ending.
fn swap(held: Option<Held>) -> Option<Held> {
    HELD.try_with(|current| current.replace(held)).unwrap_or_default()
}

/// Clones of a pool share their options, and no two pools do.
fn identity<DB: Driver>(pool: &Pool<DB>) -> usize {
    Arc::as_ptr(&pool.connect_options()).addr()
}
