//! COMMIT: its answer, and what has become of one that was not answered.
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
    error::{Error, Failure, NoAnswer, cause::Witness, class::Class},
    transaction::{background::Uncancelled, hooks::Hooks, open::Open},
};

/// Between two tries to find out what has become of a COMMIT.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What has become of a transaction whose COMMIT failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was refused, and is still to be rolled back.
    Refused,
    /// There is nothing to roll back: its connection was exchanged or is closed.
    Gone,
    /// It is stored, or it is not.
    Unknown,
}

impl<DB: Driver> Open<DB> {
    /// COMMIT that nobody waits for. Its connection goes back to the pool; the transaction is
    /// `counted` until then.
    pub(crate) fn commit_unheard(mut self, command: SqlStr, counted: Option<TaskTrackerToken>) {
        let Some(connection) = self.connection.get() else {
            return;
        };
        if !DB::Backend::commits_by_one_poll(connection) {
            let runtime = self.runtime();
            let commit = async move {
                match self.commit(command).await {
                    Ok(()) => self.give_back(),
                    Err((_, standing)) => {
                        self.roll_back(standing != Standing::Refused, false, Hooks::default())
                            .await
                    }
                }
                drop(counted);
            };
            return drop(Uncancelled::new(runtime, commit));
        }
        match self.backend.commit(connection, command).now_or_never() {
            // On its way; the pool's ping takes the answer.
            None | Some(Ok(())) => self.give_back(),
            Some(Err(_)) => {
                drop(Uncancelled::new(
                    self.runtime(),
                    self.roll_back(false, false, Hooks::default())
                        .map(|()| drop(counted)),
                ));
            }
        }
    }

    /// # Errors
    /// With what has become of the transaction.
    pub(crate) async fn commit(&mut self, command: SqlStr) -> Result<(), (Failure, Standing)> {
        let (remote, bound) = (self.is_remote(), self.commit_timeout);
        let Some(connection) = self.connection.get() else {
            return Err((Error::Poisoned.into(), Standing::Gone));
        };
        let tracked = self
            .tracker
            .clone()
            .map(|tracker| (tracker.sends(), tracker));
        let (backend, tells) = (&self.backend, tracked.is_some());
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
            Err(_) => Err(self.silent("COMMIT", bound).await),
        };
        if let Some((sent, tracker)) = tracked
            && !answer.as_ref().is_err_and(is_definite)
        {
            tracker.committed(sent, answer.as_ref().ok().cloned().flatten());
        }
        match answer {
            Ok(_) => {
                self.backend.committed(&self.pool);
                Ok(())
            }
            Err(error) if is_definite(&error) => {
                let released = DB::Backend::release_failed(&error);
                let standing = if remote && released == Some(Release::Gone) {
                    Standing::Gone
                } else {
                    Standing::Refused
                };
                Err((refused(released, error), standing))
            }
            Err(source) => match self.resolve().await {
                Some(Resolution::Committed) => Ok(()),
                Some(Resolution::RolledBack) => Err((source.into(), Standing::Gone)),
                _ => {
                    tracing::error!(transaction = self.name, error = %source, "no answer to COMMIT: the transaction is stored, or it is not");
                    Err((
                        Error::CommitUnknown {
                            source: NoAnswer(source),
                        }
                        .into(),
                        Standing::Unknown,
                    ))
                }
            },
        }
    }

    /// Finds out what has become of a COMMIT that was not answered, if that was asked for and as
    /// far as it can be.
    async fn resolve(&mut self) -> Option<Resolution> {
        if !self.resolvable {
            return None;
        }
        self.connection.close();
        let asked = async {
            loop {
                match self.backend.resolve(&self.pool).await {
                    Ok(Resolution::Pending) => {}
                    Ok(resolution) => return resolution,
                    Err(error) => {
                        tracing::debug!(transaction = self.name, %error, "could not ask what has become of a COMMIT")
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
    matches!(error, sqlx::Error::Database(_))
        && !matches!(
            Class::of_sqlx(error),
            Class::Connection | Class::CommitUnknown
        )
}

/// What the refusal of COMMIT is to the caller.
fn refused(released: Option<Release>, error: sqlx::Error) -> Failure {
    match released {
        None => error.into(),
        Some(Release::Aborted) => Error::RolledBack {
            cause: Some(Witness::of(error).1.into_cause()),
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
