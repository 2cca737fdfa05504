//! The end of a transaction: COMMIT, ROLLBACK, or a closed connection. Each runs on in the
//! background if the call that awaits it is dropped. Here it is decided whether a transaction may
//! commit, and when hooks run; `commit` and `rollback` send the statements.
use std::mem;

use futures_util::FutureExt;
use sqlx::SqlStr;
use tracing::{Instrument, debug_span};

use crate::{
    driver::Driver,
    error::{Error, Failure},
    transaction::{
        Transaction,
        active::ActiveConnection,
        background::Uncancelled,
        commit::AfterFailure,
        hooks::{AttemptHooks, Hooks},
    },
};

/// Why nothing was stored, or why it is unknown whether anything was.
pub(crate) struct NotCommitted<DB: Driver> {
    pub(crate) failure: Failure,
    /// The transaction, if it still has to be rolled back. `None` if COMMIT was not answered.
    pub(crate) transaction: Option<Box<Transaction<DB>>>,
}

impl<DB: Driver> Transaction<DB> {
    pub(crate) fn take_hooks(&mut self) -> Hooks {
        mem::take(&mut self.hooks)
    }

    /// Commits, gives the connection back, and runs the hooks.
    ///
    /// # Errors
    /// Nothing is stored, unless the failure is [`Error::CommitUnknown`].
    ///
    /// # Cancellation
    /// Before COMMIT is sent, the transaction is rolled back. Once it is sent, COMMIT is awaited to
    /// its answer in the background, and the hooks run there.
    pub(crate) async fn commit(mut self: Box<Self>) -> Result<(), NotCommitted<DB>> {
        // The error is ignored, because the verdict below is the same error for COMMIT.
        let _ = self.resolve_doubts().await;
        let failed_by = self.savepoints.innermost().failed_by;
        let verdict = self.state.verdict().or_else(|| {
            failed_by.map(|by| Error::RolledBack {
                cause: None,
                by: Some(by),
            })
        });
        if let Some(verdict) = verdict {
            return Err(NotCommitted {
                failure: verdict.into(),
                transaction: Some(self),
            });
        }
        let Some(active) = self.active.take() else {
            return Err(NotCommitted {
                failure: Error::Poisoned.into(),
                transaction: None,
            });
        };
        let (runtime, command) = (active.runtime(), self.savepoints.commit());
        #[cfg(feature = "test")]
        if let Some(fault) = self.fault_at_commit() {
            self.active = Some(active);
            return Uncancelled::new(runtime, self.commit_with_fault(fault)).await;
        }
        // With a canary the answer is needed: it tells whether this is still the same transaction.
        // Hooks wait for the answer too.
        if active.commits_unwatched && self.savepoints.needs_canary() && self.hooks.waiting() == 0 {
            active.commit_unwatched(command, self.counted.take());
            return Ok(());
        }
        // From here on the caller may be cancelled, and COMMIT is awaited in the background.
        Uncancelled::new(runtime, self.send_commit(active, command)).await
    }

    /// Sends COMMIT, then gives the connection back and runs the hooks. If the caller was cancelled
    /// and COMMIT fails, the error is dropped in the background, and the transaction in it is
    /// rolled back.
    async fn send_commit(
        mut self: Box<Self>,
        mut active: ActiveConnection<DB>,
        command: SqlStr,
    ) -> Result<(), NotCommitted<DB>> {
        let answer = active.commit(command).instrument(debug_span!("db.commit"));
        match answer.await {
            Ok(()) => {
                let name = active.name;
                // Before the hooks: one of them may need a connection of the same pool.
                active.give_back();
                self.run_commit_hooks(name).await;
                Ok(())
            }
            Err((failure, AfterFailure::Unknown)) => Err(NotCommitted {
                failure,
                transaction: None,
            }),
            Err((failure, left)) => {
                if left == AfterFailure::Nothing {
                    // The rollback that follows must not be sent on this connection.
                    self.state.connection_is_closed();
                }
                self.active = Some(active);
                Err(NotCommitted {
                    failure,
                    transaction: Some(self),
                })
            }
        }
    }

    pub(crate) async fn run_commit_hooks(&mut self, name: &'static str) {
        let hooks = self.take_hooks();
        #[cfg(feature = "test")]
        let hooks = self.count_commit(hooks);
        hooks.committed(name).await;
    }

    /// Rolls back, gives the connection back, and runs the hooks.
    ///
    /// # Cancellation
    /// The rollback goes on in the background, and the hooks run there.
    pub(crate) async fn roll_back(mut self) {
        if let Some(rollback) = self.rollback() {
            rollback.await;
        }
    }

    /// Rolls back before another attempt, and returns the hooks: they run only if no other attempt
    /// follows. The rollback is awaited, because the next attempt would wait for the locks of this
    /// one.
    ///
    /// # Cancellation
    /// The rollback goes on in the background. No other attempt follows then, and the hooks run.
    pub(crate) async fn roll_back_for_retry(mut self: Box<Self>) -> Option<AttemptHooks> {
        let active = self.active.take()?;
        let (runtime, hooks) = (active.runtime(), self.attempt_hooks(&active));
        let (broken, running) = (self.is_broken(&active), self.is_running(&active));
        #[cfg(feature = "test")]
        self.note_rollback();
        let rolled_back = async move {
            // Without the hooks, which are returned.
            active.roll_back(broken, running, Hooks::default()).await;
            hooks
        };
        Some(Uncancelled::new(runtime, rolled_back).await)
    }

    /// Closes the connection instead of ending the transaction, where nothing can be sent on it.
    /// The server then rolls back.
    pub(crate) fn discard(mut self) -> Option<AttemptHooks> {
        let active = self.active.take()?;
        Some(self.attempt_hooks(&active))
    }

    /// Gives the connection back unchanged: BEGIN was refused before anything was sent.
    #[cfg(feature = "test")]
    pub(crate) fn give_back_unused(mut self) {
        if let Some(active) = self.active.take() {
            active.give_back();
        }
    }

    fn attempt_hooks(&mut self, active: &ActiveConnection<DB>) -> AttemptHooks {
        AttemptHooks::new(
            self.take_hooks(),
            active.name,
            active.runtime(),
            self.counted.take(),
        )
    }

    /// The rollback, which runs in the background when it is dropped. `None` if the end has already
    /// begun.
    fn rollback(&mut self) -> Option<Uncancelled<()>> {
        let active = self.active.take()?;
        let runtime = active.runtime();
        let (hooks, counted) = (self.take_hooks(), self.counted.take());
        #[cfg(feature = "test")]
        self.note_rollback();
        let (broken, running) = (self.is_broken(&active), self.is_running(&active));
        let rolled_back = active.roll_back(broken, running, hooks);
        Some(Uncancelled::new(
            runtime,
            // Dropped after the hooks, so that `Db::close` waits for them too.
            rolled_back.map(|()| drop(counted)),
        ))
    }

    /// Whether nothing more can be sent on the connection.
    #[cfg(not(feature = "test"))]
    fn is_broken(&self, _: &ActiveConnection<DB>) -> bool {
        self.state.is_broken()
    }

    /// Whether a statement may still be running that can be stopped.
    #[cfg(not(feature = "test"))]
    fn is_running(&self, _: &ActiveConnection<DB>) -> bool {
        self.state.is_running()
    }
}

impl<DB: Driver> Drop for Transaction<DB> {
    fn drop(&mut self) {
        // Dropping the rollback moves it to the background, since nothing can be awaited here.
        drop(self.rollback());
    }
}
