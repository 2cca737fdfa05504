//! A transaction as it is promised: savepoints that are kept or undone, and what can no longer be
//! committed. Makes no I/O, and uses nothing of the runtime.

use super::{
    program::{Act, Callee},
    seen::{Cause, Event, Hook, Kind, Table},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Database {
    Postgres,
    MySql,
    Sqlite,
}

/// Why a transaction can only be rolled back.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dead {
    /// A statement failed.
    Aborted(Cause),
    /// A statement failed and ended the transaction.
    Ended(Cause),
    /// A statement or call was cancelled.
    Cancelled,
    /// The connection was lost by a cancelled statement.
    Broken,
}

/// A transaction, or a savepoint of it.
pub(super) struct Level {
    /// The contents after a rollback.
    before: Table,
    commit_hooks: usize,
    pub(super) rollback_only: bool,
    spoilt_by: Option<&'static str>,
}

pub(super) struct Transaction {
    pub(super) database: Database,
    pub(super) table: Table,
    levels: Vec<Level>,
    pub(super) dead: Option<Dead>,
    /// How many statements have written.
    pub(super) writes: usize,
    /// Whether a conflict occurred, which justifies another attempt.
    pub(super) conflict: bool,
    /// Whether something has to be sent or asked before the next statement, so that a cut may hit
    /// that instead.
    pub(super) loose: bool,
    registered: usize,
    commit_hooks: Vec<Hook>,
    rollback_hooks: Vec<Hook>,
}

impl Transaction {
    pub(super) fn new(database: Database, table: Table) -> Self {
        Self {
            database,
            table,
            levels: Vec::new(),
            dead: None,
            writes: 0,
            conflict: false,
            loose: false,
            registered: 0,
            commit_hooks: Vec::new(),
            rollback_hooks: Vec::new(),
        }
    }

    /// Begins the first or a further attempt.
    pub(super) fn begin(&mut self) {
        (self.dead, self.conflict) = (None, false);
        self.commit_hooks.clear();
        self.rollback_hooks.clear();
        self.open();
    }

    pub(super) fn open(&mut self) {
        let level = Level {
            before: self.table.clone(),
            commit_hooks: self.commit_hooks.len(),
            rollback_only: false,
            spoilt_by: None,
        };
        self.levels.push(level);
        self.loose = false;
    }

    /// Ends a savepoint or the transaction. Returns the result for the caller, and whether its
    /// effects are kept.
    pub(super) fn close(&mut self, returned: Result<(), Kind>) -> (Result<(), Kind>, bool) {
        let level = self.level();
        let (asked_for, spoilt_by) = (level.rollback_only, level.spoilt_by);
        let untrue = match self.dead {
            Some(Dead::Aborted(cause) | Dead::Ended(cause)) => Some(Kind::RolledBack(cause)),
            Some(Dead::Cancelled | Dead::Broken) => Some(Kind::Poisoned),
            None => spoilt_by.map(Kind::SpoiltBy),
        };
        if returned.is_err() || asked_for || untrue.is_some() {
            self.undo();
            let untrue = untrue.filter(|_| !asked_for);
            return (returned.and(untrue.map_or(Ok(()), Err)), false);
        }
        self.levels.pop();
        self.loose = true;
        (returned, true)
    }

    pub(super) fn undo(&mut self) {
        let level = self.levels.pop().expect("what is undone was opened");
        self.table = level.before;
        self.commit_hooks.truncate(level.commit_hooks);
        self.dead = self
            .dead
            .filter(|dead| matches!(dead, Dead::Ended(_) | Dead::Broken));
        self.loose = false;
    }

    pub(super) fn level(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the transaction is one")
    }

    /// The effects of this function cannot be undone separately any more, and must not be kept.
    pub(super) fn spoil(&mut self, callee: Callee) {
        let name = if callee == Callee::Reading {
            "reading"
        } else {
            "joined"
        };
        self.level().spoilt_by.get_or_insert(name);
    }

    /// The error of a statement that is not sent.
    pub(super) fn refusal(&self) -> Option<Kind> {
        self.dead.map(|dead| match dead {
            Dead::Aborted(cause) | Dead::Ended(cause) => Kind::Statement(cause),
            Dead::Cancelled | Dead::Broken => Kind::Poisoned,
        })
    }

    pub(super) fn run(&mut self, statement: &Act, reads_only: bool) -> Event {
        self.loose = false;
        match statement {
            Act::Insert(_) if reads_only => return Event::Failed(Kind::Refused),
            Act::Insert(row) if self.table.rows.contains(row) => return self.fails(Cause::Unique),
            Act::Insert(row) => {
                self.table.rows.insert(*row);
                self.writes += 1;
            }
            Act::Lend => {
                self.table.lent += 1;
                self.writes += 1;
            }
            Act::Read => return Event::Read(self.table.rows.clone()),
            Act::LeaveStream => self.loose = self.database != Database::Sqlite,
            Act::Fail => return self.fails(Cause::Other),
            _ => return self.ends(),
        }
        Event::Done
    }

    /// On PostgreSQL any error requires a rollback. The others undo only the statement.
    fn fails(&mut self, cause: Cause) -> Event {
        match self.database {
            Database::Postgres => self.dead = Some(Dead::Aborted(cause)),
            Database::MySql => {}
            Database::Sqlite => self.loose = true,
        }
        Event::Failed(Kind::Statement(cause))
    }

    fn ends(&mut self) -> Event {
        self.conflict = self.database != Database::Sqlite;
        self.loose = !self.conflict;
        let cause = if self.conflict {
            Cause::Conflict
        } else {
            Cause::Unique
        };
        self.dead = Some(Dead::Ended(cause));
        Event::Failed(Kind::Statement(cause))
    }

    pub(super) fn register(&mut self, act: &Act) {
        match act {
            Act::AfterCommit => self.commit_hooks.push(Hook::Committed(self.registered)),
            _ => self.rollback_hooks.push(Hook::RolledBack(self.registered)),
        }
        self.registered += 1;
    }

    pub(super) fn hooks(&self, stored: bool) -> Vec<Hook> {
        if stored {
            self.commit_hooks.clone()
        } else {
            self.rollback_hooks.clone()
        }
    }
}
