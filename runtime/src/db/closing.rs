//! The end of a handle: no new calls, time for those that run, then the pools.
use std::time::Duration;

use tokio::time::timeout;

use crate::{db::Db, driver::Driver};

/// What [`Db::close`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReport {
    /// How many calls were running when the handle was closed, of all its clones: those that waited
    /// for a connection or between two attempts too.
    pub running: usize,
    /// How many of them ended by themselves.
    pub finished: usize,
    /// The names of those that were cut at the deadline.
    pub cut: Vec<&'static str>,
    /// How many had not ended when the closing did: a COMMIT that was not answered, a hook that
    /// does not end, a body that blocks its thread.
    pub unfinished: usize,
    /// Whether all pools were closed in time. One is not while somebody keeps a connection of it.
    pub pools_closed: bool,
}

impl<DB: Driver> Db<DB> {
    /// Ends the work of all handles to this database, clones and those with other settings, and
    /// closes the pools.
    ///
    /// - At once: no new calls. They fail with [`Error::Closed`] (as `sqlx::Error` it is
    ///   `PoolClosed`, [`http_status`](crate::Class::http_status) 503) and are not tried again.
    /// - Until `deadline` from now: calls that are running go on, also those that wait for a
    ///   connection, sleep between two attempts, or have their next attempt before them.
    /// - At the deadline: bodies are dropped and rolled back, and the call returns [`Error::Cut`].
    ///   A COMMIT that was sent is not cut: it is awaited, hooks included, as is every rollback,
    ///   for as long as the [commit timeout](Self::with_commit_timeout).
    /// - Then the pools close, those of readers too, whoever else has a clone of them. Connections
    ///   that somebody keeps are waited for, for 5 s.
    ///
    /// In a [`Sandbox`](crate::Sandbox) it ends the application that was given the handle. The pool
    /// stays open for the test to look at what is left, and the report says whether it would have
    /// been closed.
    ///
    /// May be called from several places; each waits until all is over, the first deadline cuts,
    /// and all get the same report.
    ///
    /// # Cancellation
    /// The handle stays closed to new calls, and those that run are left to themselves; call it
    /// again to go on.
    ///
    /// # Examples
    /// A service that is told to stop (for SIGTERM, `tokio::signal::unix`) answers what it has
    /// begun:
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
        gate.shut();
        if timeout(deadline, gate.idle()).await.is_err() {
            gate.cut();
            let _ = timeout(self.settings.commit_timeout, gate.idle()).await;
        }
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

    /// Whether [`close`](Self::close) was called on any handle to this database.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.gate.is_closed()
    }
}
