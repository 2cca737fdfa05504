//! Which pools the current task has a transaction open on: a call that would wait for itself is
//! told so at once.
use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use sqlx::Pool;
use tracing::Span;

use crate::driver::{Driver, connect::Connect};

/// What becomes of a call that begins a transaction on a [`Db`](crate::Db) while its task is in one
/// already, on the same pool.
///
/// Such a task needs two connections at once. As many of them as the pool has connections wait for
/// each other until the acquire timeout, and nothing in the error of the pool says why. Most are
/// oversights: a function that was meant to join was passed `&db`.
///
/// - To join, pass the session that the caller has.
/// - If a transaction of its own is meant, `requires_new` says so in the attribute, and nothing of
///   this applies to that function. One that gets its session by `from = EXPR` is given a handle
///   that allows it: `db.clone().with_second_transactions(SecondTransactions::Allow)`.
/// - What only has to follow the transaction belongs into
///   [`Session::after_commit`](crate::Session::after_commit).
///
/// On a pool of one connection, and for a second writer on the same pool of `SQLite`, the call
/// would wait for itself: an error whatever is chosen here. A transaction that only reads from a
/// pool of [readers](crate::Db::with_readers), beside one on the writer, is none of this.
///
/// # Defaults
/// [`Refuse`](Self::Refuse) where this crate is built with debug assertions, as in tests;
/// [`Warn`](Self::Warn) where not.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// use sqlx::Sqlite;
/// use sqlx_transactional::{Db, SecondTransactions};
///
/// let db = Db::<Sqlite>::connect("sqlite::memory:").await?.with_second_transactions(SecondTransactions::Refuse);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecondTransactions {
    /// It fails, before it waits for a connection.
    Refuse,
    /// It is logged, at the level of warnings.
    Warn,
    /// Nothing.
    Allow,
}

impl Default for SecondTransactions {
    fn default() -> Self {
        if cfg!(debug_assertions) {
            Self::Refuse
        } else {
            Self::Warn
        }
    }
}

thread_local! {
    /// Of the body that this thread is polling.
    static HELD: Cell<Option<TaskTransactions>> = const { Cell::new(None) };
}

/// The transactions that are open around the current place in the task, the innermost first.
#[derive(Debug, Clone)]
pub(crate) struct TaskTransactions(Arc<Transaction>);

#[derive(Debug)]
struct Transaction {
    pool: usize,
    writes: bool,
    name: &'static str,
    around: Option<TaskTransactions>,
}

impl TaskTransactions {
    /// The ones around, and one more.
    pub(crate) fn also<DB: Driver>(pool: &Pool<DB>, writes: bool, name: &'static str) -> Self {
        Self(Arc::new(Transaction {
            pool: identity(pool),
            writes,
            name,
            around: current(),
        }))
    }
}

pin_project! {
    /// A body, polled in its span and as the holder of what it holds. Not tokio's
    /// `TaskLocalFuture`, which is seven times the code; there is one of these for every body in a
    /// program.
    #[derive(Debug)]
    pub struct Inside<F> {
        scope: Scope,
        #[pin]
        body: F,
    }
}

/// What a body runs in: what it holds, or its caller where it joined, and its span.
#[derive(Debug)]
pub struct Scope {
    pub(crate) held: Option<TaskTransactions>,
    pub(crate) span: Span,
}

/// Runs `body` inside of `scope`.
pub fn inside<F: Future>(scope: Scope, body: F) -> Inside<F> {
    Inside { scope, body }
}

impl<F: Future> Future for Inside<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Scope { held, span } = this.scope;
        let (_entered, _polled) = (span.enter(), Polled::enter(held));
        this.body.poll(context)
    }
}

/// The thread holds what the body does, until this is dropped.
struct Polled<'a> {
    held: &'a mut Option<TaskTransactions>,
    around: Option<TaskTransactions>,
}

impl<'a> Polled<'a> {
    fn enter(held: &'a mut Option<TaskTransactions>) -> Self {
        let around = swap(held.take());
        Self { held, around }
    }
}

impl Drop for Polled<'_> {
    fn drop(&mut self) {
        *self.held = swap(self.around.take());
    }
}

/// Whether `name` can begin a transaction here.
///
/// # Errors
/// It would wait for one of this task that waits for it; or it may, as many tasks that do the same
/// wait for each other, and that is refused.
pub(crate) fn check<DB: Driver>(
    pool: &Pool<DB>,
    writes: bool,
    second: SecondTransactions,
    name: &str,
) -> Result<(), sqlx::Error> {
    if let Some(reason) = conflict(pool, writes) {
        return Err(sqlx::Error::InvalidArgument(format!(
            "`{name}` cannot begin a transaction here: {reason}"
        )));
    }
    let first = on(pool)
        .next()
        .map(|TaskTransactions(transaction)| transaction.name);
    match (first, second) {
        (Some(first), SecondTransactions::Refuse) => Err(sqlx::Error::InvalidArgument(format!(
            "`{name}` cannot begin a transaction here: this task is in that of `{first}`, and {SECOND}"
        ))),
        (Some(first), SecondTransactions::Warn) => {
            tracing::warn!(
                transaction = name,
                inside = first,
                "begins a second transaction in one task: {SECOND}"
            );
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Why a transaction on the pool would wait for one of this task for sure.
pub(crate) fn conflict<DB: Driver>(pool: &Pool<DB>, writes: bool) -> Option<&'static str> {
    on(pool).find_map(|TaskTransactions(transaction)| transaction.waits_for(pool, writes))
}

/// The transactions of this task on the pool, the innermost first.
fn on<DB: Driver>(pool: &Pool<DB>) -> impl Iterator<Item = TaskTransactions> {
    let pool = identity(pool);
    std::iter::successors(current(), |TaskTransactions(transaction)| {
        transaction.around.clone()
    })
    .filter(move |TaskTransactions(transaction)| transaction.pool == pool)
}

const SECOND: &str = "tasks that each hold a connection and wait for another one wait for each other: pass the session to join the \
                      transaction, write `requires_new` if a second one is meant, or use `session.after_commit(..)` for what follows it";

impl Transaction {
    /// Why one more on the same pool would wait for this one for sure.
    fn waits_for<DB: Driver>(&self, pool: &Pool<DB>, writes: bool) -> Option<&'static str> {
        if pool.options().get_max_connections() == 1 {
            return Some(
                "this task already holds the only connection of the pool: pass the session to join its transaction, \
                 or give the pool a second connection",
            );
        }
        (writes && self.writes && DB::Backend::rules_for(&pool.connect_options()).has_one_writer).then_some(
            "this task is already writing to the database, and SQLite has one writer at a time: pass the session to join its \
             transaction, or use `session.after_commit(..)` or `session.after_rollback(..)`",
        )
    }
}

pub(crate) fn current() -> Option<TaskTransactions> {
    let held = swap(None);
    swap(held.clone());
    held
}

/// Nothing is held on a thread that is ending.
fn swap(held: Option<TaskTransactions>) -> Option<TaskTransactions> {
    HELD.try_with(|current| current.replace(held))
        .unwrap_or_default()
}

/// Clones of a pool share their options, and no two pools do.
pub(crate) fn identity<DB: Driver>(pool: &Pool<DB>) -> usize {
    Arc::as_ptr(&pool.connect_options()).addr()
}
