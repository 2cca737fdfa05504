//! What is known of a transaction from the statements that passed: whether it can go on, and what
//! has to be asked before it does. Pure bookkeeping; what an error or a cut means is the driver's
//! to say.
use std::mem;

use crate::{
    driver::{
        effect::{CancelEffect, ErrorEffect, OpenCheck, Progress},
        rules::Rules,
    },
    error::{Error, cause::ObservedError, class::Class},
    sql::Dialect,
};

/// The state of a transaction, as its statements left it.
pub(crate) struct TransactionState {
    /// What errors and cancelled statements mean on its database.
    rules: &'static Rules,
    phase: Phase,
    doubt: Option<Doubt>,
    running: Option<Running>,
    /// Whether the connection itself was handed out since the last statement that was seen.
    lent: bool,
    broken: Option<Broken>,
    /// How many statements were completed that may have written.
    writes: usize,
    /// What went wrong that may go well in another attempt.
    transient: Option<Class>,
}

/// What was cut, and may still be running on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Running {
    Reads,
    Writes,
}

/// Why a connection cannot be talked to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// A statement was cut: what is left of its answer is in the way, unless somebody reads it.
    Cancelled,
    Lost,
}

#[derive(Default)]
enum Phase {
    #[default]
    Active,
    /// The database refuses everything but a rollback.
    Aborted(ObservedError),
    /// The database has ended the transaction: what is sent now would run outside of it.
    Ended(ObservedError),
    /// Something was cancelled half-way.
    Poisoned,
}

/// A question that only the connection can answer, put before the next statement or COMMIT.
pub(crate) enum Doubt {
    /// A statement was cut: how did it end?
    Cancelled,
    /// A statement failed: did the transaction survive it?
    Survived(ObservedError),
}

impl TransactionState {
    pub(crate) fn new(rules: &'static Rules) -> Self {
        Self {
            rules,
            phase: Phase::Active,
            doubt: None,
            running: None,
            lent: false,
            broken: None,
            writes: 0,
            transient: None,
        }
    }

    pub(crate) fn rules(&self) -> &'static Rules {
        self.rules
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.rules.dialect
    }

    /// Records an error and returns it, for the body.
    pub(crate) fn observe(&mut self, error: sqlx::Error) -> sqlx::Error {
        self.note(Class::of_sqlx(&error));
        let effect = (self.rules.effect)(&error);
        if effect == ErrorEffect::None {
            return error;
        }
        let (error, witness) = ObservedError::of(error);
        match effect {
            ErrorEffect::None => {}
            ErrorEffect::Aborts => self.enter(Phase::Aborted(witness)),
            ErrorEffect::Ends => self.enter(Phase::Ended(witness)),
            ErrorEffect::Breaks => {
                self.broken = Some(Broken::Lost);
                self.enter(Phase::Ended(witness));
            }
            ErrorEffect::Asks => self.doubt = Some(Doubt::Survived(witness)),
        }
        error
    }

    /// Keeps a class that is worth another attempt. What ends a transaction is kept for good.
    fn note(&mut self, class: Class) {
        if class.is_transient() && matches!(self.transient, None | Some(Class::Busy)) {
            self.transient = Some(class);
        }
    }

    /// Records that a statement ended well: it had got over a busy database.
    pub(crate) fn completed(&mut self, reads: bool) {
        self.writes += usize::from(!reads);
        self.transient.take_if(|class| *class == Class::Busy);
    }

    /// Why another attempt may succeed where this one failed, whatever the body made of the error.
    pub(crate) fn transient(&self) -> Option<Class> {
        self.transient
    }

    /// Records that a statement of ours was no sign of anything: what the user's statements met
    /// stands.
    pub(crate) fn keep_transient(&mut self, transient: Option<Class>) {
        self.transient = self.transient.or(transient);
    }

    pub(crate) fn writes(&self) -> usize {
        self.writes
    }

    /// Records that the connection is handed out: what is done with it, and whether it is ever
    /// finished, is not seen.
    pub(crate) fn lend_connection(&mut self) {
        self.writes += 1;
        self.lent = true;
    }

    pub(crate) fn take_connection_back(&mut self) {
        self.lent = false;
    }

    /// Records that a statement was dropped before its end.
    pub(crate) fn cancelled(&mut self, progress: Progress, reads: bool) {
        self.running = if reads {
            self.running.or(Some(Running::Reads))
        } else {
            Some(Running::Writes)
        };
        match (self.rules.cut)(progress, reads) {
            CancelEffect::Harmless => {}
            CancelEffect::Asks => self.doubt = Some(Doubt::Cancelled),
            CancelEffect::Poisons => self.poison(),
            CancelEffect::Breaks => {
                self.broken = self.broken.or(Some(Broken::Cancelled));
                self.poison();
            }
        }
    }

    /// Records that everything was rolled back and a new transaction is begun.
    pub(crate) fn begin_again(&mut self) {
        *self = Self::new(self.rules);
    }

    pub(crate) fn poison(&mut self) {
        self.enter(Phase::Poisoned);
    }

    /// Records that everything since a savepoint was rolled back. Not so after a serialization
    /// failure or a deadlock, which the rest of the transaction cannot survive.
    pub(crate) fn undone(&mut self) {
        let mendable = match &self.phase {
            Phase::Active => true,
            Phase::Aborted(witness) => {
                !matches!(witness.class(), Class::Serialization | Class::Deadlock)
            }
            Phase::Poisoned => self.broken.is_none(),
            Phase::Ended(_) => false,
        };
        if mendable {
            self.phase = Phase::Active;
            self.running = None;
            self.doubt = None;
        }
    }

    /// Whether a rollback to a savepoint can be sent.
    pub(crate) fn can_undo(&self) -> bool {
        self.broken.is_none() && !matches!(self.phase, Phase::Ended(_))
    }

    /// The first reason stays the reason.
    fn enter(&mut self, phase: Phase) {
        if matches!(self.phase, Phase::Active) {
            self.phase = phase;
        }
    }

    /// Whether a statement failed that may have taken the transaction along, and its savepoints.
    pub(crate) fn may_have_ended(&self) -> bool {
        matches!(self.doubt, Some(Doubt::Survived(_)))
    }

    /// Takes the open question. Until it is [resolved](Self::resolve_doubt) the transaction counts as
    /// poisoned, so that an asker who is cancelled leaves no wrong answer behind; and its
    /// connection as what a statement would make of it that was cut while it waited.
    pub(crate) fn take_doubt(&mut self) -> Option<OpenDoubt> {
        let doubt = self.doubt.take()?;
        let breaks = self
            .rules
            .breaks_when_cancelled()
            .then_some(Broken::Cancelled);
        Some(OpenDoubt {
            doubt,
            before: mem::replace(&mut self.phase, Phase::Poisoned),
            broken: mem::replace(&mut self.broken, breaks),
        })
    }

    pub(crate) fn resolve_doubt(&mut self, question: OpenDoubt, answer: OpenCheck) {
        self.phase = question.before;
        self.broken = question.broken;
        self.running = None;
        match (answer, question.doubt) {
            (OpenCheck::Open, _) => {}
            (OpenCheck::Failed(error), _) => drop(self.observe(error)),
            (OpenCheck::Ended, Doubt::Survived(witness)) => self.enter(Phase::Ended(witness)),
            (OpenCheck::Ended, Doubt::Cancelled) => self.poison(),
        }
    }

    /// Whether a statement may still be running on the server.
    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some() || self.lent
    }

    /// Whether one may, and only reads.
    #[cfg(feature = "test")]
    pub(crate) fn is_reading(&self) -> bool {
        self.running == Some(Running::Reads) && !self.lent
    }

    /// Whether one may that was not seen.
    #[cfg(feature = "test")]
    pub(crate) fn is_connection_lent(&self) -> bool {
        self.lent
    }

    /// Records that the connection is closed, or in something that nobody knows.
    pub(crate) fn connection_is_closed(&mut self) {
        self.broken = Some(Broken::Lost);
    }

    /// The error that ended the transaction, if one did: its class and code.
    pub(crate) fn cause(&self) -> Option<(Class, Option<&str>)> {
        match &self.phase {
            Phase::Aborted(witness) | Phase::Ended(witness) => {
                Some((witness.class(), witness.code()))
            }
            Phase::Active | Phase::Poisoned => None,
        }
    }

    /// Whether the connection is lost or out of step.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Whether it is for another reason than a statement that was cut.
    #[cfg(feature = "test")]
    pub(crate) fn is_lost(&self) -> bool {
        self.broken == Some(Broken::Lost)
    }

    /// Why the next statement cannot be sent, if it cannot.
    pub(crate) fn refusal(&self) -> Option<Error> {
        match &self.phase {
            Phase::Active => None,
            Phase::Aborted(witness) | Phase::Ended(witness) => Some(Error::Ended {
                cause: witness.cause(),
            }),
            Phase::Poisoned => Some(Error::Poisoned),
        }
    }

    /// Why the transaction cannot commit, if it cannot.
    pub(crate) fn verdict(&mut self) -> Option<Error> {
        match mem::take(&mut self.phase) {
            Phase::Active => None,
            Phase::Aborted(witness) | Phase::Ended(witness) => Some(Error::RolledBack {
                cause: Some(witness.into_cause()),
                by: None,
            }),
            Phase::Poisoned => Some(Error::Poisoned),
        }
    }
}

/// An open question on its way to the connection.
pub(crate) struct OpenDoubt {
    doubt: Doubt,
    before: Phase,
    broken: Option<Broken>,
}

#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "sqlite"))]
mod tests;
