//! What is known of a transaction from its statements: whether it can go on, and what the database
//! has to be asked first. This is a record without I/O. What an error or a cancelled statement
//! means for the transaction is in the driver's `Rules`.
use std::mem;

use crate::{
    driver::{
        effect::{CancelEffect, ErrorEffect, OpenCheck, Progress},
        rules::Rules,
    },
    error::{Error, cause::ObservedError, class::Class},
    sql::Dialect,
};

/// The state of a transaction after the statements that were sent in it.
pub(crate) struct TransactionState {
    /// What errors and cancelled statements mean on its database.
    rules: &'static Rules,
    phase: Phase,
    doubt: Option<Doubt>,
    /// What a cancelled statement may still do on the server.
    running: Option<Running>,
    /// Whether the connection itself was handed out after the last statement that the session has
    /// seen.
    handed_out: bool,
    /// Why nothing can be sent on the connection any more, if nothing can.
    broken: Option<Broken>,
    /// How many statements succeeded that may have written.
    writes: usize,
    /// The class of a failure that another attempt may not meet.
    transient: Option<Class>,
}

/// A cancelled statement that may still be running on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Running {
    Reads,
    Writes,
}

/// Why nothing can be sent on a connection any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// A statement was cancelled, and the rest of its answer would be read as that of the next
    /// statement.
    Cancelled,
    /// The connection was lost or closed.
    Lost,
}

#[derive(Default)]
enum Phase {
    #[default]
    Active,
    /// The database refuses every statement but a rollback.
    Aborted(ObservedError),
    /// The database has ended the transaction. A statement that is sent now would run outside of
    /// it.
    Ended(ObservedError),
    /// A statement or a joined call was cancelled half-way, and it is unknown what it has done.
    Poisoned,
}

/// A question that only the database can answer. It is asked before the next statement or COMMIT,
/// because nothing can be awaited where a cancelled statement is dropped.
pub(crate) enum Doubt {
    /// A statement was cancelled: how did it end?
    Cancelled,
    /// A statement failed: is the transaction still open?
    Survived(ObservedError),
}

impl TransactionState {
    pub(crate) fn new(rules: &'static Rules) -> Self {
        Self {
            rules,
            phase: Phase::Active,
            doubt: None,
            running: None,
            handed_out: false,
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

    /// Records an error and returns it to the body. An error with an effect on the transaction is
    /// returned in a wrapper, so that `RolledBack` can name it after the body has dropped it.
    pub(crate) fn observe(&mut self, error: sqlx::Error) -> sqlx::Error {
        self.note(Class::of_sqlx(&error));
        let effect = (self.rules.effect)(&error);
        if effect == ErrorEffect::None {
            return error;
        }
        let (error, observed) = ObservedError::of(error);
        match effect {
            ErrorEffect::None => {}
            ErrorEffect::Aborts => self.enter(Phase::Aborted(observed)),
            ErrorEffect::Ends => self.enter(Phase::Ended(observed)),
            ErrorEffect::Breaks => {
                self.broken = Some(Broken::Lost);
                self.enter(Phase::Ended(observed));
            }
            ErrorEffect::Asks => self.doubt = Some(Doubt::Survived(observed)),
        }
        error
    }

    /// Keeps a class that another attempt may not meet. A class that ends the transaction replaces
    /// a busy database, and stays.
    fn note(&mut self, class: Class) {
        if class.is_transient() && matches!(self.transient, None | Some(Class::Busy)) {
            self.transient = Some(class);
        }
    }

    /// Records that a statement succeeded, so a busy database before it was overcome.
    pub(crate) fn completed(&mut self, reads: bool) {
        self.writes += usize::from(!reads);
        self.transient.take_if(|class| *class == Class::Busy);
    }

    /// The class of the failure that another attempt may not meet. It does not depend on what the
    /// body made of the error.
    pub(crate) fn transient(&self) -> Option<Class> {
        self.transient
    }

    /// Restores what the user's statements met, after a statement of this crate that succeeded.
    pub(crate) fn keep_transient(&mut self, transient: Option<Class>) {
        self.transient = self.transient.or(transient);
    }

    pub(crate) fn writes(&self) -> usize {
        self.writes
    }

    /// Records that the connection is handed out. The session does not see what is sent on it: it
    /// may write, and it may still be running at the end.
    pub(crate) fn lend_connection(&mut self) {
        self.writes += 1;
        self.handed_out = true;
    }

    pub(crate) fn take_connection_back(&mut self) {
        self.handed_out = false;
    }

    /// Records that a statement was dropped before its end.
    pub(crate) fn cancelled(&mut self, progress: Progress, reads: bool) {
        // A write takes precedence, because a sandbox on SQLite may stop reads only.
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

    /// Records that the transaction is rolled back and another one begun on the same connection.
    pub(crate) fn begin_again(&mut self) {
        *self = Self::new(self.rules);
    }

    pub(crate) fn poison(&mut self) {
        self.enter(Phase::Poisoned);
    }

    /// Records that everything since a savepoint was rolled back, so that the transaction can go
    /// on. It cannot after a serialization failure or a deadlock: the rest of the transaction could
    /// not commit either.
    pub(crate) fn undone(&mut self) {
        let mendable = match &self.phase {
            Phase::Active => true,
            Phase::Aborted(observed) => {
                !matches!(observed.class(), Class::Serialization | Class::Deadlock)
            }
            // ROLLBACK TO undoes what is unknown, but does not repair a connection that is out of
            // step.
            Phase::Poisoned => self.broken.is_none(),
            Phase::Ended(_) => false,
        };
        if mendable {
            self.phase = Phase::Active;
            self.running = None;
            self.doubt = None;
        }
    }

    /// Whether ROLLBACK TO SAVEPOINT can be sent.
    pub(crate) fn can_undo(&self) -> bool {
        self.broken.is_none() && !matches!(self.phase, Phase::Ended(_))
    }

    /// Enters a phase. The first one stays, because the errors after it are its consequences.
    fn enter(&mut self, phase: Phase) {
        if matches!(self.phase, Phase::Active) {
            self.phase = phase;
        }
    }

    /// Whether a statement failed that may have ended the transaction and its savepoints.
    pub(crate) fn may_have_ended(&self) -> bool {
        matches!(self.doubt, Some(Doubt::Survived(_)))
    }

    /// Takes the open doubt. Until it is [resolved](Self::resolve_doubt) the transaction counts as
    /// poisoned, and the connection as a cancelled statement would leave it. If the question is
    /// cancelled, that state stays, and COMMIT is refused.
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

    /// Records the answer to a doubt, on top of the state from before the question.
    pub(crate) fn resolve_doubt(&mut self, question: OpenDoubt, answer: OpenCheck) {
        self.phase = question.before;
        self.broken = question.broken;
        // The database has answered, so no earlier statement is running.
        self.running = None;
        match (answer, question.doubt) {
            (OpenCheck::Open, _) => {}
            // PostgreSQL answers with the error of the cancelled statement.
            (OpenCheck::Failed(error), _) => drop(self.observe(error)),
            (OpenCheck::Ended, Doubt::Survived(observed)) => self.enter(Phase::Ended(observed)),
            (OpenCheck::Ended, Doubt::Cancelled) => self.poison(),
        }
    }

    /// Whether a statement may still be running on the server.
    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some() || self.handed_out
    }

    /// Whether only a read may still be running on the server.
    #[cfg(feature = "test")]
    pub(crate) fn is_reading(&self) -> bool {
        self.running == Some(Running::Reads) && !self.handed_out
    }

    /// Whether a statement may still be running that the session has not seen.
    #[cfg(feature = "test")]
    pub(crate) fn is_connection_lent(&self) -> bool {
        self.handed_out
    }

    /// Records that the connection is closed, or that it is unknown what is open on it.
    pub(crate) fn connection_is_closed(&mut self) {
        self.broken = Some(Broken::Lost);
    }

    /// The error that ended the transaction, if one did: its class and code.
    pub(crate) fn cause(&self) -> Option<(Class, Option<&str>)> {
        match &self.phase {
            Phase::Aborted(observed) | Phase::Ended(observed) => {
                Some((observed.class(), observed.code()))
            }
            Phase::Active | Phase::Poisoned => None,
        }
    }

    /// Whether the connection is lost or out of step.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Whether the connection is unusable for another reason than a cancelled statement.
    #[cfg(feature = "test")]
    pub(crate) fn is_lost(&self) -> bool {
        self.broken == Some(Broken::Lost)
    }

    /// Why the next statement must not be sent. `None` if it may.
    pub(crate) fn refusal(&self) -> Option<Error> {
        match &self.phase {
            Phase::Active => None,
            Phase::Aborted(observed) | Phase::Ended(observed) => Some(Error::Ended {
                cause: observed.cause(),
            }),
            Phase::Poisoned => Some(Error::Poisoned),
        }
    }

    /// Why the transaction cannot commit. `None` if it can.
    pub(crate) fn verdict(&mut self) -> Option<Error> {
        match mem::take(&mut self.phase) {
            Phase::Active => None,
            Phase::Aborted(observed) | Phase::Ended(observed) => Some(Error::RolledBack {
                cause: Some(observed.into_cause()),
                by: None,
            }),
            Phase::Poisoned => Some(Error::Poisoned),
        }
    }
}

/// A doubt that the database is being asked about, and the state before it.
pub(crate) struct OpenDoubt {
    doubt: Doubt,
    before: Phase,
    broken: Option<Broken>,
}

#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "sqlite"))]
mod tests;
