//! Which pools the current task has a transaction open on. A call that would wait for its own task
//! is refused before it waits.
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

/// What happens when a task that is in a transaction begins another one on the same pool of a
/// [`Db`](crate::Db).
///
/// Such a task needs two connections. If as many tasks as the pool has connections do this at once,
/// each waits for a connection that another one holds, until the acquire timeout. The error of the
/// pool does not name that reason. Most such calls are mistakes: `&db` was passed to a function
/// that should join.
///
/// - To join the transaction, pass the session of the request.
/// - To begin a separate transaction, write `requires_new` in the attribute. This setting does not
///   apply to that function. A function that gets its session by `from = EXPR` needs a handle that
///   allows it: `db.clone().with_second_transactions(SecondTransactions::Allow)`.
/// - What only has to follow the transaction belongs in
///   [`Session::after_commit`](crate::Session::after_commit).
///
/// Two cases are an error with every setting, because the call would wait for its own task: a pool
/// of one connection, and a second writer on the same pool of `SQLite`. The setting does not apply
/// to a transaction that only reads from a pool of [readers](crate::Db::with_readers), beside one
/// on the writer.
///
/// # Defaults
/// [`Refuse`](Self::Refuse) if this crate is built with debug assertions, as in tests.
/// [`Warn`](Self::Warn) otherwise.
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
    /// The call fails before it waits for a connection.
    Refuse,
    /// The call goes on, and a warning is logged.
    Warn,
    /// The call goes on.
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
    /// The transactions around the body that this thread is polling.
    static HELD: Cell<Option<TaskTransactions>> = const { Cell::new(None) };
}

/// The open transactions around the current point in the task, the innermost first.
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
    /// The transactions around the current point, and one more.
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
    /// A body, polled in its span and with the transactions that it is inside of. It stands in for
    /// tokio's `TaskLocalFuture`, which takes seven times the code: a program has one of these for
    /// every body.
    #[derive(Debug)]
    pub struct Inside<F> {
        scope: Scope,
        #[pin]
        body: F,
    }
}

/// What a body runs in: the transactions around it and its span.
#[derive(Debug)]
pub struct Scope {
    pub(crate) held: Option<TaskTransactions>,
    pub(crate) span: Span,
}

/// Polls `body` inside of `scope`.
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

/// Keeps the transactions of the body in the thread, until this is dropped. A poll that panics
/// drops it too.
struct Polled<'a> {
    held: &'a mut Option<TaskTransactions>,
    around: Option<TaskTransactions>,
}

impl<'a> Polled<'a> {
    fn enter(held: &'a mut Option<TaskTransactions>) -> Self {
        // Moved and moved back, so that a poll does not touch the reference count.
        let around = swap(held.take());
        Self { held, around }
    }
}

impl Drop for Polled<'_> {
    fn drop(&mut self) {
        *self.held = swap(self.around.take());
    }
}

/// Checks that `name` may begin a transaction in this task.
///
/// # Errors
/// - The transaction would certainly wait for one of this task.
/// - It is a second one on the pool, and the setting refuses those: tasks that do the same may wait
///   for each other.
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

/// Why a transaction on the pool would certainly wait for one of this task.
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
    /// Why another transaction on the same pool would certainly wait for this one.
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
    // A `Cell` can only be read by replacing its value.
    let held = swap(None);
    swap(held.clone());
    held
}

/// Replaces the transactions of the thread and returns the previous ones. On a thread that is
/// ending there are none.
fn swap(held: Option<TaskTransactions>) -> Option<TaskTransactions> {
    HELD.try_with(|current| current.replace(held))
        .unwrap_or_default()
}

/// Identifies a pool by the address of its options. Clones of a pool share them, they stay where they
/// are while a clone exists, and `Pool::set_connect_options` does not replace them.
pub(crate) fn identity<DB: Driver>(pool: &Pool<DB>) -> usize {
    std::ptr::from_ref(pool.options()).addr()
}
