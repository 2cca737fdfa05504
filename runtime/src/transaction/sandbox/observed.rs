//! What a sandbox observes of each transaction, and the faults that a test asks for.
use std::{convert::Infallible, io, sync::Arc};

use futures_util::FutureExt;

use crate::{
    driver::{
        Driver,
        testing::fault::{Fault, Point},
    },
    error::{Error, Failure, NoAnswer, class::Class},
    transaction::{
        Transaction,
        active::ActiveConnection,
        end::NotCommitted,
        hooks::Hooks,
        sandbox::{record::Record, uninterrupted},
        watch::Watch,
    },
};

pub(crate) struct Observed {
    record: Arc<Record>,
    statements: u32,
    /// Whether the connection is reported as lost, although it works.
    reported_lost: bool,
    /// Whether the transaction has met a failure that the test asked for.
    injected: bool,
}

impl Observed {
    pub(crate) fn new(record: Arc<Record>) -> Self {
        Self {
            record,
            statements: 0,
            reported_lost: false,
            injected: false,
        }
    }

    /// Records that another attempt begins on the same connection.
    pub(crate) fn begin_again(&mut self, met: Option<Class>) {
        self.note_rollback(met);
        self.statements = 0;
        self.injected = false;
    }

    /// Records a rollback. `met` is the class of the failure that the statements have met.
    pub(crate) fn note_rollback(&self, met: Option<Class>) {
        self.record.note_rollback();
        // A sandbox has one connection, so a conflict that the test did not ask for comes from
        // outside.
        if !self.injected && matches!(met, Some(Class::Deadlock | Class::Serialization)) {
            self.record.note_conflict();
        }
    }

    pub(crate) fn reported_lost(&self) -> bool {
        self.reported_lost
    }
}

impl<DB: Driver> Transaction<DB> {
    /// Records the user's next statement.
    ///
    /// # Errors
    /// The fault that the test asked for at this statement, which was not sent.
    pub(crate) async fn before_statement(&mut self, text: &str) -> Result<(), sqlx::Error> {
        let Some(observed) = &mut self.observed else {
            return Ok(());
        };
        observed.statements += 1;
        observed.record.note_statement(text);
        match observed.record.take(Point::Statement(observed.statements)) {
            Some(fault) => Err(self.fail(fault).await),
            None => Ok(()),
        }
    }

    /// Whether nothing more can be sent on the connection. In a sandbox on MySQL, statements run to
    /// their end, so a cancelled one does not break it. A connection that is only reported as lost
    /// still works.
    pub(crate) fn is_broken(&self, active: &ActiveConnection<DB>) -> bool {
        let broken = if active.enclosed && active.rules().breaks_when_cancelled() {
            self.state.is_lost()
        } else {
            self.state.is_broken()
        };
        broken && !self.observed.as_ref().is_some_and(Observed::reported_lost)
    }

    /// Whether a statement may still be running that can be stopped without ending the sandbox.
    pub(crate) fn is_running(&self, active: &ActiveConnection<DB>) -> bool {
        if !active.enclosed {
            self.state.is_running()
        } else if active.rules().breaks_when_cancelled() {
            // A statement of the session runs to its end. One on the lent connection may not have.
            self.state.is_connection_lent()
        } else if active.rules().rolls_back_what_is_stopped {
            // SQLite rolls back the enclosing transaction too when a write is interrupted.
            self.state.is_reading()
        } else {
            self.state.is_running()
        }
    }

    pub(crate) fn note_rollback(&self) {
        if let Some(observed) = &self.observed {
            observed.note_rollback(self.state.transient());
        }
    }

    pub(crate) fn count_commit(&self, mut hooks: Hooks) -> Hooks {
        if let Some(observed) = &self.observed {
            observed.record.note_commit(hooks.waiting());
        }
        hooks
    }

    /// Makes the transaction meet `fault`, and returns its error.
    async fn fail(&mut self, fault: Fault) -> sqlx::Error {
        if let Some(observed) = &mut self.observed {
            observed.injected = true;
            if let Fault::ConnectionLost | Fault::CommitUnknown { .. } = fault {
                observed.reported_lost = true;
                return self.state.observe(lost());
            }
        }
        let Some(active) = &mut self.active else {
            return self.state.observe(lost());
        };
        // Watched, because a call that is cancelled here must find what a cancelled statement
        // leaves.
        let provoked = uninterrupted::provoke(active, fault)
            .map(Err::<Infallible, _>)
            .boxed();
        let Err(error) = Watch::new(provoked, &mut self.state, true).await;
        error
    }

    /// The fault that takes the place of COMMIT.
    pub(crate) fn fault_at_commit(&self) -> Option<Fault> {
        self.observed.as_ref()?.record.take(Point::Commit)
    }

    /// Ends the transaction in the way that `fault` asks for.
    pub(crate) async fn commit_with_fault(
        mut self: Box<Self>,
        fault: Fault,
    ) -> Result<(), NotCommitted<DB>> {
        let stored = match fault {
            Fault::ConnectionLost => false,
            Fault::CommitUnknown { stored } => stored,
            conflict => {
                let failure = self.fail(conflict).await.into();
                return Err(NotCommitted {
                    failure,
                    transaction: Some(self),
                });
            }
        };
        let (command, Some(mut active)) = (self.savepoints.commit(), self.active.take()) else {
            return Err(NotCommitted {
                failure: Error::Poisoned.into(),
                transaction: None,
            });
        };
        let (name, resolves) = (active.name, active.resolvable);
        // The transaction really is committed or rolled back. Only the answer to COMMIT is
        // withheld.
        if stored && active.commit(command).await.is_ok() {
            active.give_back();
        } else {
            active.roll_back(false, false, Hooks::default()).await;
        }
        // With `exactly_once` the call looks up the outcome, and would find it.
        match (resolves, stored) {
            (true, true) => {
                self.run_commit_hooks(name).await;
                Ok(())
            }
            (true, false) => Err(NotCommitted {
                failure: lost().into(),
                transaction: None,
            }),
            (false, _) => Err(NotCommitted {
                failure: Failure::from(Error::CommitUnknown {
                    source: NoAnswer(lost()),
                }),
                transaction: None,
            }),
        }
    }
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(
        io::ErrorKind::ConnectionReset,
        "the connection was lost, as the test asked for",
    ))
}
