//! COMMIT: sends it, judges the answer, and looks up the outcome of one that was not answered.
//! Whether a transaction may commit is decided in `end`, which also runs the hooks.
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::SqlStr;
use tokio::time::{sleep, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::{
    driver::{
        Backend, Driver,
        begin::{Release, Resolution},
    },
    error::{Error, Failure, NoAnswer, cause::ObservedError, class::Class},
    transaction::{
        active::ActiveConnection, background::Uncancelled, hooks::Hooks, other_connection,
        tracker::CommitTracker,
    },
};

/// The pause between two inquiries about a COMMIT that was not answered.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What a failed COMMIT left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterFailure {
    /// The transaction, which still has to be rolled back.
    Transaction,
    /// Nothing: the transaction on the connection was replaced, or the connection is closed.
    Nothing,
    /// The transaction is committed or it is not; the outcome is unknown.
    Unknown,
}

impl<DB: Driver> ActiveConnection<DB> {
    /// Sends COMMIT for a transaction that has nothing to lose by it, and does not wait for the
    /// answer. The transaction stays `counted` until its connection is given back.
    pub(crate) fn commit_unwatched(mut self, command: SqlStr, counted: Option<TaskTrackerToken>) {
        let rules = self.rules();
        let Some(connection) = self.connection.get() else {
            return;
        };
        if !rules.commits_by_one_poll {
            let runtime = self.runtime();
            let commit = async move {
                match self.commit(command).await {
                    Ok(()) => self.give_back(),
                    Err((_, left)) => {
                        let broken = left != AfterFailure::Transaction;
                        self.roll_back(broken, false, Hooks::default()).await;
                    }
                }
                drop(counted);
            };
            // Dropping `Uncancelled` before its end moves the work to the background.
            return drop(Uncancelled::new(runtime, commit));
        }
        // PostgreSQL: the first poll writes COMMIT to the socket, and the server executes it even
        // if the future is dropped.
        match self.backend.commit(connection, command).now_or_never() {
            // COMMIT is sent. The pool pings the connection that comes back, and the ping reads the
            // answer.
            None | Some(Ok(())) => self.give_back(),
            Some(Err(_)) => {
                let runtime = self.runtime();
                let rollback = self.roll_back(false, false, Hooks::default());
                drop(Uncancelled::new(runtime, rollback.map(|()| drop(counted))));
            }
        }
    }

    /// Sends COMMIT and waits for its answer.
    ///
    /// # Errors
    /// The failure, and what is left of the transaction.
    ///
    /// # Cancellation
    /// It must not be dropped, because the outcome would be unknown: callers run it inside
    /// [`Uncancelled`].
    pub(crate) async fn commit(&mut self, command: SqlStr) -> Result<(), (Failure, AfterFailure)> {
        let answer = match self.send_commit(command).await {
            Ok(()) => {
                self.tidy_up_after_commit();
                return Ok(());
            }
            Err(error) => error,
        };
        // The server has refused COMMIT, so COMMIT stored nothing.
        if is_definite(&answer) {
            let released = (self.rules().release_failed)(&answer);
            let left = match released {
                // The connection may hold another transaction, or be another one, so it is closed.
                // Not SQLite's: closing it can end the database.
                Some(Release::Gone) if self.rules().is_remote => AfterFailure::Nothing,
                _ => AfterFailure::Transaction,
            };
            return Err((refused(released, answer), left));
        }
        // Without a clear answer the transaction may be stored. Only the server can tell.
        match self.resolve().await {
            Some(Resolution::Committed) => Ok(()),
            Some(Resolution::RolledBack) => Err((answer.into(), AfterFailure::Nothing)),
            _ => {
                tracing::error!(transaction = self.name, error = %answer, "no answer to COMMIT: it is unknown whether the transaction is stored");
                let source = NoAnswer(answer);
                Err((
                    Error::CommitUnknown { source }.into(),
                    AfterFailure::Unknown,
                ))
            }
        }
    }

    /// Sends COMMIT. Over a socket the answer may take the commit timeout, 30 s by default: a
    /// network that is lost without an error would block for ever. SQLite runs in this process and
    /// always answers.
    async fn send_commit(&mut self, command: SqlStr) -> Result<(), sqlx::Error> {
        let (remote, bound) = (self.rules().is_remote, self.commit_timeout);
        let Some(connection) = self.connection.get() else {
            return Err(Error::Poisoned.into());
        };
        let tracker = self.tracker.clone();
        // Noted before COMMIT is sent, because its position covers only commits that ended earlier.
        let sent = tracker.as_ref().map(CommitTracker::before_commit);
        let (backend, tells) = (&self.backend, tracker.is_some());
        let commit = async move {
            if tells {
                backend.commit_with_position(connection, command).await
            } else {
                backend.commit(connection, command).await.map(|()| None)
            }
        };
        let answer = if remote {
            timeout(bound, commit).await
        } else {
            Ok(commit.await)
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(_) => Err(self.did_not_answer("COMMIT", bound).await),
        };
        // After an unknown outcome the transaction may be stored at a position that is not known.
        // The tracker must hear of it, or a later read could miss it.
        if let (Some(tracker), Some(sent)) = (tracker, sent)
            && !answer.as_ref().is_err_and(is_definite)
        {
            tracker.committed(sent, answer.as_ref().ok().cloned().flatten());
        }
        answer.map(drop)
    }

    /// Runs what the driver asks for after COMMIT, in the background and on another connection:
    /// MySQL removes old rows from the ledger.
    fn tidy_up_after_commit(&self) {
        if let Some(sql) = self.backend.after_commit() {
            let pool = self.pool.clone();
            self.runtime().spawn(async move {
                if let Err(error) = other_connection::run(&pool, sql).await {
                    tracing::warn!(%error, "could not remove old rows from the ledger");
                }
            });
        }
    }

    /// Looks up the outcome of a COMMIT that was not answered, for at most the commit timeout
    /// again. `None` if the transaction was begun without that possibility, or if no inquiry
    /// succeeded in time.
    async fn resolve(&mut self) -> Option<Resolution> {
        if !self.resolvable {
            return None;
        }
        // Closed first: a COMMIT that is still on its way must not reach the server after the
        // inquiry.
        self.connection.close();
        let asked = async {
            loop {
                let inquiry = self.backend.resolve();
                match other_connection::inquire(&self.pool, inquiry).await {
                    // The server has not finished the transaction yet.
                    Ok(Resolution::Pending) => {}
                    Ok(resolution) => return resolution,
                    Err(error) => {
                        // The server may be restarting, so it is asked again until the timeout.
                        tracing::debug!(transaction = self.name, %error, "could not look up the outcome of COMMIT");
                    }
                }
                sleep(ASK_AGAIN).await;
            }
        };
        let resolution = timeout(self.commit_timeout, asked).await.ok();
        tracing::warn!(
            transaction = self.name,
            ?resolution,
            "no answer to COMMIT: looked up its outcome"
        );
        resolution
    }
}

/// Whether this error, in answer to COMMIT, proves that nothing was stored.
fn is_definite(error: &sqlx::Error) -> bool {
    let class = Class::of_sqlx(error);
    matches!(error, sqlx::Error::Database(_))
        && !matches!(class, Class::Connection | Class::CommitUnknown)
}

/// The error that the caller gets for a COMMIT that the server refused.
fn refused(released: Option<Release>, error: sqlx::Error) -> Failure {
    match released {
        None => error.into(),
        Some(Release::Aborted) => Error::RolledBack {
            cause: Some(ObservedError::of(error).1.into_cause()),
            by: None,
        }
        .into(),
        Some(Release::Gone) => Error::TransactionControl {
            statement: "session.connection()",
            reason: GONE,
        }
        .into(),
    }
}

const GONE: &str = "(or a procedure) ended the transaction or put another in its place: what was done before that may be stored, nothing after it";
