//! The end of a transaction: COMMIT, ROLLBACK, or giving it up; and what is left to do in the
//! background when nobody waits for it any more.
use std::mem;

use futures_util::FutureExt;
use sqlx::SqlStr;
use tracing::{Instrument, debug_span};

use crate::{
    driver::{Backend, Driver},
    error::{Error, Failure},
    transaction::{
        Transaction,
        background::Uncancelled,
        hooks::{Hooks, Left},
        open::{Open, commit::Standing},
        sandbox::rehearsal::Rehearsal,
    },
};

/// Why nothing was stored, or why it is not known whether it was.
pub(crate) struct Unstored<DB: Driver> {
    pub(crate) failure: Failure,
    /// What is still to be rolled back: none if COMMIT was not answered.
    pub(crate) transaction: Option<Box<Transaction<DB>>>,
}

impl<DB: Driver> Transaction<DB> {
    pub(crate) fn take_hooks(&mut self) -> Hooks {
        mem::take(&mut self.hooks)
    }

    /// Commits, gives the connection back, and runs the hooks. Once sent, COMMIT is awaited to its
    /// answer even if the caller is cancelled.
    ///
    /// # Errors
    /// Nothing is stored, unless the failure is [`Error::CommitUnknown`].
    pub(crate) async fn commit(mut self: Box<Self>) -> Result<(), Unstored<DB>> {
        // Also where nothing can be sent any more: the verdict says why.
        let _ = self.tidy_up().await;
        let spoilt = self.levels.innermost().spoilt_by;
        let verdict = self.health.verdict().or_else(|| {
            spoilt.map(|by| Error::RolledBack {
                cause: None,
                by: Some(by),
            })
        });
        if let Some(verdict) = verdict {
            return Err(Unstored {
                failure: verdict.into(),
                transaction: Some(self),
            });
        }
        let Some(open) = self.open.take() else {
            return Err(Unstored {
                failure: Error::Poisoned.into(),
                transaction: None,
            });
        };
        let (runtime, command, checked) = (
            open.runtime(),
            self.levels.commit(),
            !self.levels.needs_canary(),
        );
        if let Some(fault) = self.fault_at_commit() {
            self.open = Some(open);
            return Uncancelled::new(runtime, self.commit_in_vain(fault)).await;
        }
        if open.is_quiet() && !checked && self.hooks.waiting() == 0 {
            open.commit_unheard(command, self.counted.take());
            return Ok(());
        }
        Uncancelled::new(runtime, self.commit_and_wait(open, command)).await
    }

    /// If nobody waits any more, what is still to be rolled back is, in the background.
    async fn commit_and_wait(
        mut self: Box<Self>,
        mut open: Open<DB>,
        command: SqlStr,
    ) -> Result<(), Unstored<DB>> {
        match open
            .commit(command)
            .instrument(debug_span!("db.commit"))
            .await
        {
            Ok(()) => {
                let name = open.name();
                open.give_back();
                self.end_well(name).await;
                Ok(())
            }
            Err((failure, Standing::Unknown)) => Err(Unstored {
                failure,
                transaction: None,
            }),
            Err((failure, standing)) => {
                if standing == Standing::Gone {
                    self.health.gone();
                }
                self.open = Some(open);
                Err(Unstored {
                    failure,
                    transaction: Some(self),
                })
            }
        }
    }

    /// After an acknowledged COMMIT.
    pub(crate) async fn end_well(&mut self, name: &'static str) {
        let mut hooks = self.take_hooks();
        if let Some(rehearsal) = &self.rehearsal {
            rehearsal.record().note_commit(hooks.waiting());
        }
        hooks.committed(name).await;
    }

    /// Rolls back, gives the connection back, and runs the hooks; where the rollback cannot be
    /// shown to have happened, closes the connection, so that the server does it.
    pub(crate) async fn roll_back(mut self) {
        if let Some(ending) = self.end() {
            ending.await;
        }
    }

    /// Rolls back for another attempt, and leaves the hooks to whoever knows whether there is one.
    /// If nobody waits any more, there is none, and they run after the rollback.
    pub(crate) async fn give_way(mut self: Box<Self>) -> Option<Left> {
        let open = self.open.take()?;
        let (runtime, left) = (open.runtime(), self.leave(&open));
        let (broken, running) = (self.is_broken(&open), self.is_running(&open));
        self.note_rollback();
        let rolled_back = async move {
            open.roll_back(broken, running, Hooks::default()).await;
            left
        };
        Some(Uncancelled::new(runtime, rolled_back).await)
    }

    /// Gives the connection back as it is.
    pub(crate) fn not_begun(mut self) {
        if let Some(open) = self.open.take() {
            open.give_back();
        }
    }

    /// Closes the connection instead of ending the transaction: for one that cannot be talked to.
    pub(crate) fn discard(mut self) -> Option<Left> {
        let open = self.open.take()?;
        Some(self.leave(&open))
    }

    fn leave(&mut self, open: &Open<DB>) -> Left {
        Left::new(
            self.take_hooks(),
            open.name(),
            open.runtime(),
            self.counted.take(),
        )
    }

    fn end(&mut self) -> Option<Uncancelled<()>> {
        let open = self.open.take()?;
        let runtime = open.runtime();
        let (hooks, counted) = (self.take_hooks(), self.counted.take());
        self.note_rollback();
        let (broken, running) = (self.is_broken(&open), self.is_running(&open));
        let rolled_back = open.roll_back(broken, running, hooks);
        Some(Uncancelled::new(
            runtime,
            rolled_back.map(|()| drop(counted)),
        ))
    }

    /// Whether its connection cannot be talked to any more.
    fn is_broken(&self, open: &Open<DB>) -> bool {
        let broken = if open.is_unbroken() {
            self.health.is_lost()
        } else {
            self.health.is_broken()
        };
        broken && !self.rehearsal.as_ref().is_some_and(Rehearsal::pretends)
    }

    /// Whether a statement may still be running on it that can be stopped.
    fn is_running(&self, open: &Open<DB>) -> bool {
        if open.is_unbroken() {
            self.health.is_lent()
        } else if open.is_sandboxed() && DB::Backend::rolls_back_what_is_stopped() {
            self.health.is_reading()
        } else {
            self.health.is_running()
        }
    }

    fn note_rollback(&self) {
        if let Some(rehearsal) = &self.rehearsal {
            rehearsal.note_rollback(self.health.transient());
        }
    }
}

impl<DB: Driver> Drop for Transaction<DB> {
    fn drop(&mut self) {
        drop(self.end());
    }
}
