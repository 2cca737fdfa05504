//! The expected result of a program, from the promises: `Ok` means committed and `Err` rolled back,
//! a joined call is part of its caller, a nested one is undone alone.
//!
//! It cannot be known in advance at which step a cut hits, so the model follows the recorded
//! events. If a cut hits between two statements, two results may be right, and the model makes a
//! choice.

use super::{
    program::{ATTEMPTS, Act, Body, Callee, End, Program, Step},
    promised::{Database, Dead, Transaction},
    seen::{Event, Kind, Outcome, Table},
};

/// Why a function does not go on.
pub(super) enum Stop {
    /// A call around it was dropped.
    Dropped,
    Disagrees(String),
}

pub(super) struct Model<'a> {
    transaction: Transaction,
    attempt: u32,
    /// The events that are not explained yet.
    seen: &'a [Event],
    /// One bit for each uncertain outcome.
    choices: u32,
    pub(super) chosen: u32,
    /// The state of a nested call that was cancelled and is not undone yet.
    unfinished: Option<Dead>,
}

impl<'a> Model<'a> {
    pub(super) fn new(database: Database, table: Table, seen: &'a [Event], choices: u32) -> Self {
        Self {
            transaction: Transaction::new(database, table),
            attempt: 0,
            seen,
            choices,
            chosen: 0,
            unfinished: None,
        }
    }

    pub(super) fn call(&mut self, program: &Program) -> Result<Outcome, Stop> {
        loop {
            self.attempt += 1;
            self.expect(&Event::Attempt(self.attempt))?;
            self.transaction.begin();
            let returned = self.body(&program.body, None, 0)?;
            let (result, stored) = self.transaction.close(returned);
            let again = result.is_err_and(|kind| self.transaction.conflict || kind == Kind::Again);
            if !(program.retries && again && self.attempt < ATTEMPTS) {
                return Ok(Outcome {
                    result,
                    table: self.transaction.table.clone(),
                    hooks: self.transaction.hooks(stored),
                });
            }
        }
    }

    /// `callee` is `None` for the call that began the transaction. `depth` is the depth of the
    /// function.
    fn body(
        &mut self,
        body: &Body,
        callee: Option<Callee>,
        depth: usize,
    ) -> Result<Result<(), Kind>, Stop> {
        for step in &body.steps {
            match self.act(step, callee, depth) {
                Err(Stop::Dropped)
                    if step.cut.is_some() && self.seen.first() == Some(&Event::Dropped(depth)) =>
                {
                    self.expect(&Event::Dropped(depth))?;
                }
                Err(stop) => return Err(stop),
                Ok(event) => {
                    self.expect(&event)?;
                    if let Event::Failed(kind) = event
                        && !step.swallows
                    {
                        return Ok(Err(kind));
                    }
                }
            }
        }
        Ok(match body.end {
            End::Err => Err(Kind::Own),
            End::AgainUntil(last) if self.attempt <= last => Err(Kind::Again),
            End::Ok | End::AgainUntil(_) => Ok(()),
        })
    }

    fn act(&mut self, step: &Step, callee: Option<Callee>, depth: usize) -> Result<Event, Stop> {
        match &step.act {
            Act::RollbackOnly => match callee {
                None | Some(Callee::Nested) => self.transaction.level().rollback_only = true,
                Some(joined) => self.transaction.spoil(joined),
            },
            hook @ (Act::AfterCommit | Act::AfterRollback) => self.transaction.register(hook),
            Act::Call(callee, body) => {
                let returned = if *callee == Callee::Nested {
                    self.nests(body, depth + 1)?
                } else {
                    self.joins(*callee, body, depth + 1)?
                };
                return Ok(returned.map_or_else(Event::Failed, |()| Event::Done));
            }
            Act::EndUntil(last) if self.attempt > *last => {}
            statement => return self.statement(statement, callee == Some(Callee::Reading), depth),
        }
        Ok(Event::Done)
    }

    fn statement(
        &mut self,
        statement: &Act,
        reads_only: bool,
        depth: usize,
    ) -> Result<Event, Stop> {
        if let Some(kind) = self.refusal()? {
            return Ok(Event::Failed(kind));
        }
        if let Some(Event::Dropped(dropped)) = self.seen.first() {
            self.is_cut(matches!(statement, Act::Insert(_)), *dropped == depth);
            return Err(Stop::Dropped);
        }
        self.unfinished = None;
        Ok(self.transaction.run(statement, reads_only))
    }

    /// A cancelled read had no effect. The effect of a cancelled write is unknown, unless it was
    /// not sent yet. So is the answer to a cancelled query of the crate's own.
    fn is_cut(&mut self, writes: bool, goes_on: bool) {
        if self.transaction.database == Database::MySql {
            self.transaction.dead = Some(Dead::Broken);
        } else if goes_on {
            let poisons = if self.transaction.loose {
                self.choose()
            } else {
                writes
            };
            self.transaction.dead = poisons.then_some(Dead::Cancelled);
            self.transaction.loose = !poisons;
        }
    }

    /// The error of a statement that is not sent. On SQLite, the crate first asks whether the
    /// transaction still exists.
    fn refusal(&mut self) -> Result<Option<Kind>, Stop> {
        let refusal = self.transaction.refusal();
        if refusal.is_some() {
            if self.transaction.loose && matches!(self.seen.first(), Some(Event::Dropped(_))) {
                self.transaction.dead = Some(Dead::Broken);
                return Err(Stop::Dropped);
            }
            self.transaction.loose = false;
        }
        Ok(refusal)
    }

    fn joins(
        &mut self,
        callee: Callee,
        body: &Body,
        depth: usize,
    ) -> Result<Result<(), Kind>, Stop> {
        let writes = self.transaction.writes;
        let returned = self.body(body, Some(callee), depth);
        match returned {
            // A cancelled nested call inside it was about to be undone. Either cause may be
            // reported.
            Err(Stop::Dropped) if self.transaction.dead.is_none() => {
                let met = self.unfinished.take();
                let either = met.is_some() && self.choose();
                self.transaction.dead = if either { met } else { Some(Dead::Cancelled) };
            }
            Ok(Err(_)) if callee == Callee::Joined && self.transaction.writes > writes => {
                self.transaction.spoil(callee);
            }
            _ => {}
        }
        returned
    }

    fn nests(&mut self, body: &Body, depth: usize) -> Result<Result<(), Kind>, Stop> {
        if let Some(kind) = self.refusal()? {
            return Ok(Err(kind));
        }
        let (before, loose) = (self.seen.len(), self.transaction.loose);
        self.transaction.open();
        let mut returned = Err(Stop::Dropped);
        // The cut may hit the beginning of the nested call, or its end. Then the call had not
        // ended.
        if !self.is_dropped(depth) {
            returned = self.body(body, Some(Callee::Nested), depth);
        }
        if matches!(returned, Err(Stop::Dropped)) || returned.is_ok() && self.is_dropped(depth) {
            self.leaves_nested(loose && self.seen.len() == before);
            return Err(Stop::Dropped);
        }
        Ok(self.transaction.close(returned?).0)
    }

    /// A nested call was dropped. If it had no effect yet, the cut may have hit a query of the
    /// crate's own, which then has no answer.
    fn leaves_nested(&mut self, asking: bool) {
        if self.transaction.database == Database::MySql {
            self.transaction.dead = Some(Dead::Broken);
        }
        self.unfinished = self.transaction.dead.or(self.unfinished);
        self.transaction.undo();
        self.transaction.loose = true;
        if asking && self.transaction.dead.is_none() && self.choose() {
            self.transaction.dead = Some(Dead::Cancelled);
        }
    }

    /// Whether a call of this depth was dropped here.
    fn is_dropped(&self, depth: usize) -> bool {
        matches!(self.seen.first(), Some(Event::Dropped(dropped)) if *dropped < depth)
    }

    fn choose(&mut self) -> bool {
        self.chosen += 1;
        self.choices >> (self.chosen - 1) & 1 == 1
    }

    fn expect(&mut self, event: &Event) -> Result<(), Stop> {
        match self.seen.split_first() {
            Some((seen, rest)) if seen == event => self.seen = rest,
            other => {
                let (left, seen) = (self.seen.len(), other.map(|(seen, _)| seen));
                return Err(Stop::Disagrees(format!(
                    "{left} events before the end: {event:?} was due, {seen:?} was seen"
                )));
            }
        }
        Ok(())
    }
}
