//! Shuts a `Db` down: refuses new calls, gives running calls a deadline, then closes the pools.
//!
//! This file owns the order of these steps and the report. Counting and stopping the calls is the
//! work of `transaction/gate.rs`.
use std::time::Duration;

use tokio::time::timeout;

use crate::{db::Db, driver::Driver};

/// The result of [`Db::close`]. It counts the calls of all handles to the database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReport {
    /// The number of calls that were running when the handle was closed. Calls that waited for a
    /// connection, or slept between two attempts, are included.
    pub running: usize,
    /// The number of these calls that ended by themselves.
    pub finished: usize,
    /// The names of the functions that were cancelled at the deadline, one entry a call.
    pub cut: Vec<&'static str>,
    /// The number of calls that were still running when `close` returned. The reason is a COMMIT
    /// that the server did not answer, a hook that does not end, or a body that blocks its thread.
    pub unfinished: usize,
    /// Whether all pools were closed within 5 s. A pool stays unclosed while one of its connections
    /// is in use.
    pub pools_closed: bool,
}

impl<DB: Driver> Db<DB> {
    /// Closes the database for all handles to it: clones, and handles with other settings. Running
    /// calls may go on for `deadline`; then they are cancelled and the pools are closed.
    ///
    /// 1. At once: new calls fail with [`Error::Closed`](crate::Error::Closed) and are not retried.
    ///    Its [`http_status`](crate::Class::http_status) is 503.
    /// 2. Until `deadline` has passed: running calls go on. They may still wait for a connection,
    ///    sleep between two attempts, or begin their next attempt.
    /// 3. At the deadline: the bodies that still run are dropped and rolled back. Their calls
    ///    return [`Error::Cut`](crate::Error::Cut). A COMMIT that was sent is never cancelled. It,
    ///    its hooks and every rollback are awaited for at most the [commit
    ///    timeout](Self::with_commit_timeout) of this handle.
    /// 4. At last: the pools close, those of readers included, also for code that holds a clone of
    ///    a pool. `close` waits at most 5 s for connections that are still in use.
    ///
    /// Returns what became of the running calls. It returns as soon as all calls have ended and the
    /// pools are closed, so an idle `Db` closes at once. The longest possible duration is
    /// `deadline` plus the commit timeout plus 5 s.
    ///
    /// `close` may be called several times, also concurrently. Each caller waits until everything
    /// has ended, the earliest deadline counts, and all callers get the same report.
    ///
    /// In a [`Sandbox`](crate::Sandbox) the pool stays open, so that the test can inspect the data.
    /// The report says whether the pool would have been closed.
    ///
    /// # Cancellation
    /// The handle stays closed to new calls. Running calls go on without a deadline. Call `close`
    /// again to continue.
    ///
    /// # Examples
    /// A service finishes the requests that it has begun when it is told to stop (for SIGTERM, see
    /// `tokio::signal::unix`):
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sqlx::Error> {
    /// use std::time::Duration;
    ///
    /// use sqlx::Sqlite;
    /// use sqlx_transactional::{Class, Db, Session, transactional};
    /// use tokio::{sync::oneshot, task::yield_now};
    ///
    /// #[transactional]
    /// async fn answer(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    ///     sqlx::query_scalar("SELECT 42").fetch_one(session).await
    /// }
    ///
    /// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
    /// let (terminate, terminated) = oneshot::channel::<()>();
    /// let stopping = tokio::spawn({
    ///     let db = db.clone();
    ///     async move {
    ///         let _ = terminated.await; // here: `signal(SignalKind::terminate())?.recv().await`
    ///         db.close(Duration::from_secs(20)).await // less than what follows SIGTERM by SIGKILL
    ///     }
    /// });
    ///
    /// let served = tokio::spawn({
    ///     let db = db.clone();
    ///     async move { answer(&db).await }
    /// });
    /// yield_now().await;
    /// drop(terminate);
    ///
    /// let report = stopping.await.expect("closing does not panic");
    /// assert!(report.cut.is_empty() && report.pools_closed, "{report:?}");
    /// assert_eq!(served.await.expect("nor does the call")?, 42);
    /// let error = answer(&db).await.expect_err("it came too late");
    /// assert_eq!(Class::of(&error).http_status(), 503);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(&self, deadline: Duration) -> CloseReport {
        let gate = &*self.shared.gate;
        // A call registers with the gate before it checks whether the gate is open. So each call
        // either sees the closed gate, or is counted from here on and awaited below.
        gate.shut();
        // No task drives the shutdown but this future. If it is dropped, the gate stays shut and
        // another `close` goes on from there.
        if timeout(deadline, gate.idle()).await.is_err() {
            // Drops bodies, waits for connections and pauses between attempts, but never a COMMIT.
            // Each call then rolls back in its own task. The second wait is bounded as well,
            // because a server may not answer COMMIT or ROLLBACK.
            gate.cut();
            let _ = timeout(self.settings.commit_timeout, gate.idle()).await;
        }
        // Last: a rollback on a closed pool would find its connection closed.
        let pools_closed = gate.close_pools().await;
        let (running, unfinished, cut) = gate.counts();
        CloseReport {
            running,
            finished: running.saturating_sub(cut.len() + unfinished),
            cut,
            unfinished,
            pools_closed,
        }
    }

    /// Returns true once [`close`](Self::close) was called on any handle to this database.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.gate.is_closed()
    }
}
