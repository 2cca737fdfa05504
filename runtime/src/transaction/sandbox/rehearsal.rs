//! A transaction in a sandbox: notes what happens, and fails where it is told to.
use std::{io, sync::Arc};

use crate::{
    driver::{
        Driver,
        testing::fault::{Fault, Point},
    },
    error::{Error, Failure, NoAnswer, class::Class},
    transaction::{
        Transaction, ending::Unstored, hooks::Hooks, sandbox::record::Record, watch::Watch,
    },
};

pub(crate) struct Rehearsal {
    record: Arc<Record>,
    statements: u32,
    /// Whether the connection is said to be lost, and is not.
    pretends: bool,
    /// Whether it has met a failure that the test asked for.
    provoked: bool,
}

impl Rehearsal {
    pub(crate) fn new(record: Arc<Record>) -> Self {
        Self {
            record,
            statements: 0,
            pretends: false,
            provoked: false,
        }
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// Another attempt begins on the same connection.
    pub(crate) fn begin_again(&mut self, met: Option<Class>) {
        self.note_rollback(met);
        self.statements = 0;
        self.provoked = false;
    }

    /// `met` is what its statements have met.
    pub(crate) fn note_rollback(&self, met: Option<Class>) {
        self.record.note_rollback();
        if !self.provoked && matches!(met, Some(Class::Deadlock | Class::Serialization)) {
            self.record.note_conflict();
        }
    }

    pub(crate) fn pretends(&self) -> bool {
        self.pretends
    }
}

impl<DB: Driver> Transaction<DB> {
    /// The user's next statement.
    ///
    /// # Errors
    /// It is to fail, and was not sent.
    pub(crate) async fn rehearse(&mut self, text: &str) -> Result<(), sqlx::Error> {
        let Some(rehearsal) = &mut self.rehearsal else {
            return Ok(());
        };
        rehearsal.statements += 1;
        rehearsal.record.note_statement(text);
        match rehearsal
            .record
            .take(Point::Statement(rehearsal.statements))
        {
            Some(fault) => Err(self.fail(fault).await),
            None => Ok(()),
        }
    }

    async fn fail(&mut self, fault: Fault) -> sqlx::Error {
        if let Some(rehearsal) = &mut self.rehearsal {
            rehearsal.provoked = true;
            if let Fault::ConnectionLost | Fault::CommitUnknown { .. } = fault {
                rehearsal.pretends = true;
                return self.health.observe::<DB>(lost());
            }
        }
        let line = match &mut self.open {
            Some(open) => open.line().await,
            None => None,
        };
        let Some(line) = line else {
            return self.health.observe::<DB>(lost());
        };
        // It can be cut like the statement in whose place it is.
        let Err(error) = Watch::<_, DB>::new(line.provoke(fault), &mut self.health, true).await;
        error
    }

    /// The fault that is to be met in place of COMMIT.
    pub(crate) fn fault_at_commit(&self) -> Option<Fault> {
        self.rehearsal.as_ref()?.record.take(Point::Commit)
    }

    /// Ends the transaction as `fault` does.
    pub(crate) async fn commit_in_vain(
        mut self: Box<Self>,
        fault: Fault,
    ) -> Result<(), Unstored<DB>> {
        let stored = match fault {
            Fault::ConnectionLost => false,
            Fault::CommitUnknown { stored } => stored,
            conflict => {
                let failure = self.fail(conflict).await.into();
                return Err(Unstored {
                    failure,
                    transaction: Some(self),
                });
            }
        };
        let (command, Some(mut open)) = (self.levels.commit(), self.open.take()) else {
            return Err(Unstored {
                failure: Error::Poisoned.into(),
                transaction: None,
            });
        };
        let (name, resolves) = (open.name(), open.is_resolvable());
        if stored && open.commit(command).await.is_ok() {
            open.give_back();
        } else {
            open.roll_back(false, false, Hooks::default()).await;
        }
        match (resolves, stored) {
            (true, true) => {
                self.end_well(name).await;
                Ok(())
            }
            (true, false) => Err(Unstored {
                failure: lost().into(),
                transaction: None,
            }),
            (false, _) => Err(Unstored {
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
