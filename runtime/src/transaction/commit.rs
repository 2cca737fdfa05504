//! COMMIT: its answer, and the outcome of one that was not answered.
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

/// Between two inquiries about a COMMIT.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What a COMMIT that failed has left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterFailure {
    /// The transaction, which is still to be rolled back.
    Transaction,
    /// Nothing: its connection was exchanged or is closed.
    Nothing,
    /// It is not known: the transaction is committed, or it is not.
    Unknown,
}

impl<DB: Driver> ActiveConnection<DB> {
    /// Sends COMMIT for a transaction that it cannot fail for, and does not wait for the answer.
    /// The transaction is `counted` until its connection is back in the pool.
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
            // Dropped at once, so that it runs in the background.
            return drop(Uncancelled::new(runtime, commit));
        }
        match self.backend.commit(connection, command).now_or_never() {
            // It is on its way, and the pool's ping reads the answer.
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
    /// With what is left of the transaction.
    ///
    /// # Cancellation
    /// The outcome would be unknown: it is run inside of [`Uncancelled`].
    pub(crate) async fn commit(&mut self, command: SqlStr) -> Result<(), (Failure, AfterFailure)> {
        let answer = match self.send_commit(command).await {
            Ok(()) => {
                self.tidy_up_after_commit();
                return Ok(());
            }
            Err(error) => error,
        };
        if is_definite(&answer) {
            let released = (self.rules().release_failed)(&answer);
            let left = match released {
                Some(Release::Gone) if self.rules().is_remote => AfterFailure::Nothing,
                _ => AfterFailure::Transaction,
            };
            return Err((refused(released, answer), left));
        }
        match self.resolve().await {
            Some(Resolution::Committed) => Ok(()),
            Some(Resolution::RolledBack) => Err((answer.into(), AfterFailure::Nothing)),
            _ => {
                tracing::error!(transaction = self.name, error = %answer, "no answer to COMMIT: the transaction is stored, or it is not");
                let source = NoAnswer(answer);
                Err((
                    Error::CommitUnknown { source }.into(),
                    AfterFailure::Unknown,
                ))
            }
        }
    }

    /// Over a socket the answer is waited for no longer than the commit timeout. SQLite is called
    /// as a library and always answers.
    async fn send_commit(&mut self, command: SqlStr) -> Result<(), sqlx::Error> {
        let (remote, bound) = (self.rules().is_remote, self.commit_timeout);
        let Some(connection) = self.connection.get() else {
            return Err(Error::Poisoned.into());
        };
        let tracker = self.tracker.clone();
        let sent = tracker.as_ref().map(CommitTracker::sends);
        let (backend, tells) = (&self.backend, tracker.is_some());
        let commit = async move {
            if tells {
                backend.commit_and_tell(connection, command).await
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
        // A COMMIT whose outcome is unknown may have been stored at an unknown position.
        if let (Some(tracker), Some(sent)) = (tracker, sent)
            && !answer.as_ref().is_err_and(is_definite)
        {
            tracker.committed(sent, answer.as_ref().ok().cloned().flatten());
        }
        answer.map(drop)
    }

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

    /// Looks up the outcome of a COMMIT that was not answered, if the transaction was begun so that
    /// this is possible. Waits no longer than the commit timeout.
    async fn resolve(&mut self) -> Option<Resolution> {
        if !self.resolvable {
            return None;
        }
        // Closed first: a COMMIT that is still on its way must not overtake the inquiry.
        self.connection.close();
        let asked = async {
            loop {
                let inquiry = self.backend.resolve();
                match other_connection::inquire(&self.pool, inquiry).await {
                    Ok(Resolution::Pending) => {}
                    Ok(resolution) => return resolution,
                    Err(error) => {
                        tracing::debug!(transaction = self.name, %error, "could not ask what has become of a COMMIT");
                    }
                }
                sleep(ASK_AGAIN).await;
            }
        };
        let resolution = timeout(self.commit_timeout, asked).await.ok();
        tracing::warn!(
            transaction = self.name,
            ?resolution,
            "no answer to COMMIT: asked what has become of it"
        );
        resolution
    }
}

/// Whether this error, in answer to COMMIT, means that nothing was stored.
fn is_definite(error: &sqlx::Error) -> bool {
    let class = Class::of_sqlx(error);
    matches!(error, sqlx::Error::Database(_))
        && !matches!(class, Class::Connection | Class::CommitUnknown)
}

/// What the refusal of COMMIT is to the caller.
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
