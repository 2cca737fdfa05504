//! An open transaction: its connection, what is known of it, its savepoints and its hooks. Dropped
//! without an end, it is rolled back in the background.
pub(crate) mod acquire;
pub(crate) mod background;
pub(crate) mod begin;
pub(crate) mod connection;
pub(crate) mod ending;
pub(crate) mod gate;
pub(crate) mod hooks;
pub(crate) mod open;
pub(crate) mod other_connection;
pub(crate) mod runtime;
pub(crate) mod sandbox;
pub(crate) mod savepoints;
pub(crate) mod state;
pub(crate) mod task;
pub(crate) mod tracker;
pub(crate) mod watch;

use std::{io, time::Duration};

use futures_core::future::BoxFuture;
use sqlx::{Pool, SqlStr};
use tokio::time::timeout;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::{
    driver::{
        Driver,
        begin::{Opened, Opening},
        effect::Answer,
        position::Token,
    },
    error::Error,
    transaction::{
        begin::Caller,
        connection::Connection,
        gate::Call,
        hooks::Hooks,
        open::{Open, line::Line},
        sandbox::rehearsal::Rehearsal,
        savepoints::{Level, Levels},
        state::Health,
        tracker::Tracker,
        watch::Watch,
    },
};

/// A server that does not answer BEGIN in this time is taken for lost: nothing has run yet, so
/// another connection is as good.
pub(crate) const BEGIN: Duration = Duration::from_secs(1);
/// Each try to roll back to a savepoint may be answered with the error of an earlier, cancelled
/// statement instead of its own.
const TRIES: usize = 4;

/// A transaction, from before its BEGIN is sent until its end is acknowledged.
pub(crate) struct Transaction<DB: Driver> {
    open: Option<Open<DB>>,
    pub(crate) health: Health,
    levels: Levels,
    hooks: Hooks,
    /// Which attempt of its call this is, from 1.
    pub(crate) attempt: u32,
    counted: Option<TaskTrackerToken>,
    /// Which reader of its database it is on; none: the writer, or a pool that is no database's.
    pub(crate) reader: Option<usize>,
    /// Only in a sandbox.
    pub(crate) rehearsal: Option<Rehearsal>,
}

impl<DB: Driver> Transaction<DB> {
    /// To be followed by [`begin`](Self::begin), of which it survives every cancellation.
    pub(crate) fn new(connection: Connection<DB>, pool: Pool<DB>, caller: &Caller<'_, DB>) -> Self {
        let open = Open::new(connection, pool, caller.name);
        let health = Health::new(open.dialect());
        let counted = caller.call.map(Call::transaction);
        let (levels, hooks) = (Levels::default(), Hooks::default());
        Self {
            open: Some(open),
            health,
            levels,
            hooks,
            attempt: 1,
            counted,
            reader: None,
            rehearsal: None,
        }
    }

    /// Sends BEGIN with everything that `opening` asks for, in one message.
    pub(crate) async fn begin(
        &mut self,
        opening: &Opening,
        after: Option<&Token>,
    ) -> Result<Opened, sqlx::Error> {
        let Some(open) = &mut self.open else {
            return Err(Error::Poisoned.into());
        };
        // A deferrable transaction waits in its first statement, for as long as it takes.
        let bounded = open.is_remote() && !opening.deferrable;
        let begin = open.begin(opening, after);
        if bounded {
            timeout(BEGIN, begin)
                .await
                .unwrap_or_else(|_| Err(no_answer("BEGIN", BEGIN)))
        } else {
            begin.await
        }
    }

    /// The pool whose connection it is on.
    pub(crate) fn pool(&self) -> Option<&Pool<DB>> {
        self.open.as_ref().map(Open::pool)
    }

    /// Whoever reads after this transaction on the same handle is to see it.
    pub(crate) fn track(&mut self, tracker: Option<Tracker>) {
        if let Some(open) = &mut self.open {
            open.tracker = tracker;
        }
    }

    /// Whether [`begin_again`](Self::begin_again) can be sent: nothing is left of what was sent
    /// before.
    pub(crate) fn can_begin_again(&self) -> bool {
        self.open.is_some() && !self.health.is_broken() && !self.health.is_running()
    }

    /// Rolls back and begins anew on the same connection, in one message. The hooks are dropped
    /// once that has happened.
    pub(crate) async fn begin_again(&mut self, opening: &Opening) -> Result<(), sqlx::Error> {
        let met = self.health.transient();
        self.health.begin_again();
        self.levels = Levels::default();
        let Some(open) = &mut self.open else {
            return Err(Error::Poisoned.into());
        };
        if let Some(rehearsal) = &mut self.rehearsal {
            rehearsal.begin_again(met);
        }
        let begin =
            Watch::<_, DB>::new(Box::pin(open.begin_again(opening)), &mut self.health, true);
        timeout(BEGIN, begin)
            .await
            .unwrap_or_else(|_| Err(no_answer("BEGIN", BEGIN)))?;
        drop(self.take_hooks());
        Ok(())
    }

    /// The connection for the next statement, once all that was left open by earlier ones is known;
    /// an error if none may be sent.
    pub(crate) async fn ready(&mut self) -> Result<(Line<'_, DB>, &mut Health), sqlx::Error> {
        self.tidy_up().await?;
        if let Some(release) = self.levels.take_kept() {
            self.send(savepoints::sql::release(release)).await?;
        }
        self.health.take_back();
        let open = self.open.as_mut().ok_or(Error::Poisoned)?;
        Ok((open.line().await.ok_or(Error::Poisoned)?, &mut self.health))
    }

    /// Undoes what a nested call left behind, and finds out how statements ended that were cut or
    /// failed.
    ///
    /// # Errors
    /// Nothing may be sent any more.
    async fn tidy_up(&mut self) -> Result<(), Error> {
        if let Some(depth) = self.levels.to_undo() {
            if self.health.may_have_ended() {
                self.ask().await;
            }
            self.roll_back_to(depth).await;
        }
        self.ask().await;
        self.health.refusal().map_or(Ok(()), Err)
    }

    async fn line(&mut self) -> Option<Line<'_, DB>> {
        self.open.as_mut()?.line().await
    }

    /// Answers every open question.
    async fn ask(&mut self) {
        while let Some(question) = self.health.question::<DB>() {
            let answer = match self.line().await {
                Some(line) => line.ask().await,
                None => Answer::Gone,
            };
            self.health.answer::<DB>(question, answer);
        }
    }

    /// Can be cancelled and sent again. The savepoint stays, empty.
    async fn roll_back_to(&mut self, depth: usize) {
        for _ in 0..TRIES {
            if !self.health.can_undo() {
                return;
            }
            if self
                .send(savepoints::sql::roll_back_to(depth))
                .await
                .is_ok()
            {
                self.levels.undone();
                return self.health.undone();
            }
        }
        self.health.poison();
    }

    /// The connection itself, with a savepoint by which it shows at the end whether this is still
    /// the same transaction.
    pub(crate) async fn connection(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        self.set_canary().await?;
        let (_, health) = self.ready().await?;
        health.lend();
        self.open
            .as_mut()
            .and_then(Open::connection)
            .ok_or_else(|| Error::Poisoned.into())
    }

    /// Before what may end the transaction unseen.
    pub(crate) async fn set_canary(&mut self) -> Result<(), sqlx::Error> {
        self.ready().await?;
        if self.levels.needs_canary() {
            self.send(savepoints::sql::CANARY).await?;
            self.levels.canary_was_set();
        }
        Ok(())
    }

    /// Opens a savepoint: a level of its own.
    pub(crate) async fn enter(&mut self) -> Result<(), sqlx::Error> {
        self.tidy_up().await?;
        let release = self.levels.take_any();
        self.levels.enter(self.hooks.waiting());
        self.send(savepoints::sql::set(release, self.levels.depth()))
            .await?;
        self.levels.entered();
        Ok(())
    }

    /// Keeps what was done since the innermost savepoint, as part of the level around it.
    ///
    /// # Errors
    /// It was rolled back instead.
    pub(crate) async fn keep(&mut self) -> Result<(), Error> {
        let verdict = self.tidy_up().await.map_err(Error::at_the_end);
        let by = self.levels.innermost().spoilt_by;
        let verdict = verdict.and(if by.is_some() {
            Err(Error::RolledBack { cause: None, by })
        } else {
            Ok(())
        });
        if verdict.is_err() {
            self.undo().await;
        } else {
            self.levels.keep();
        }
        verdict
    }

    /// Rolls back what was done since the innermost savepoint.
    pub(crate) async fn undo(&mut self) {
        let depth = self.levels.depth();
        self.abandon(depth.saturating_sub(1));
        // Whether anything can be sent afterwards is for the next statement to find out.
        let _ = self.tidy_up().await;
    }

    /// Gives up every level below `depth` savepoints; what they did is rolled back before anything
    /// else is sent.
    pub(crate) fn abandon(&mut self, depth: usize) {
        if let Some(hooks) = self.levels.abandon(depth) {
            self.hooks.truncate(hooks);
        }
    }

    /// Records that a joined call was cut short. To roll back to a savepoint inside of it would not
    /// mend that.
    pub(crate) fn poison(&mut self) {
        self.levels.give_up();
        self.health.poison();
    }

    /// Sends a statement of ours inside the transaction, watched like the user's.
    async fn send(&mut self, sql: SqlStr) -> Result<(), sqlx::Error> {
        let open = self.open.as_mut().ok_or(Error::Poisoned)?;
        let line = open.line().await.ok_or(Error::Poisoned)?;
        let met = self.health.transient();
        let answer = Watch::<_, DB>::new(line.run(sql), &mut self.health, true).await;
        self.health.still(met);
        answer
    }

    /// The innermost level.
    pub(crate) fn level(&mut self) -> &mut Level {
        self.levels.innermost()
    }

    pub(crate) fn depth(&self) -> usize {
        self.levels.depth()
    }

    pub(crate) fn after_commit(&mut self, hook: BoxFuture<'static, ()>) {
        self.hooks.after_commit(hook);
    }

    pub(crate) fn after_rollback(&mut self, hook: BoxFuture<'static, ()>) {
        self.hooks.after_rollback(hook);
    }
}

fn no_answer(command: &str, bound: Duration) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(
        io::ErrorKind::TimedOut,
        format!("no answer to {command} within {bound:?}"),
    ))
}
