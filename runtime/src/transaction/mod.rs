//! A transaction: its connection, what is known of it, its savepoints and its hooks. A transaction
//! that is dropped before its end is rolled back in the background.
pub(crate) mod acquire;
pub(crate) mod active;
pub(crate) mod background;
pub(crate) mod begin;
pub(crate) mod commit;
pub(crate) mod connection;
pub(crate) mod end;
pub(crate) mod gate;
pub(crate) mod hooks;
pub(crate) mod other_connection;
pub(crate) mod rollback;
pub(crate) mod runtime;
#[cfg(feature = "test")]
pub(crate) mod sandbox;
pub(crate) mod savepoints;
pub(crate) mod state;
pub(crate) mod task;
pub(crate) mod tracker;
pub(crate) mod watch;

use std::time::Duration;

use futures_core::future::BoxFuture;
use sqlx::{Pool, SqlStr};
use tokio::time::timeout;
use tokio_util::task::task_tracker::TaskTrackerToken;

#[cfg(feature = "test")]
use crate::transaction::sandbox::observed::Observed;
use crate::{
    driver::{
        Driver,
        begin::{BeginOptions, BeginOutcome},
        effect::OpenCheck,
        position::Token,
        rules::Rules,
    },
    error::Error,
    transaction::{
        active::{ActiveConnection, ReadyConnection, no_answer},
        begin::BeginRequest,
        connection::Connection,
        gate::Call,
        hooks::Hooks,
        savepoints::{RollbackScope, Savepoints},
        state::TransactionState,
        tracker::CommitTracker,
        watch::Watch,
    },
};

/// A server that does not answer BEGIN in this time counts as lost: nothing has run yet, so
/// another connection is as good.
pub(crate) const BEGIN: Duration = Duration::from_secs(1);
/// Each ROLLBACK TO SAVEPOINT may be answered with the error of an earlier, cancelled statement.
const TRIES: usize = 4;

/// A transaction, from before its BEGIN is sent until its end is acknowledged.
pub(crate) struct Transaction<DB: Driver> {
    /// `None` once the transaction is being ended.
    active: Option<ActiveConnection<DB>>,
    pub(crate) state: TransactionState,
    savepoints: Savepoints,
    hooks: Hooks,
    /// Which attempt of its call this is, from 1.
    pub(crate) attempt: u32,
    /// Counts it among the transactions that `Db::close` waits for.
    counted: Option<TaskTrackerToken>,
    /// The number of the reader that it is on. `None`: the writer, or a plain pool.
    pub(crate) reader: Option<usize>,
    #[cfg(feature = "test")]
    pub(crate) observed: Option<Observed>,
}

impl<DB: Driver> Transaction<DB> {
    /// To be followed by [`begin`](Self::begin): then every cancellation rolls it back.
    pub(crate) fn new(
        connection: Connection<DB>,
        pool: Pool<DB>,
        caller: &BeginRequest<'_, DB>,
    ) -> Self {
        let active = ActiveConnection::new(connection, pool, caller.name, caller.commit_timeout);
        Self {
            state: TransactionState::new(active.rules()),
            active: Some(active),
            savepoints: Savepoints::default(),
            hooks: Hooks::default(),
            attempt: 1,
            counted: caller.call.map(Call::transaction),
            reader: None,
            #[cfg(feature = "test")]
            observed: None,
        }
    }

    /// Sends BEGIN with everything that `opening` asks for, in one message.
    pub(crate) async fn begin(
        &mut self,
        opening: &BeginOptions,
        after: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        let Some(active) = &mut self.active else {
            return Err(Error::Poisoned.into());
        };
        // A deferrable transaction waits in its first statement, for as long as it takes.
        let bounded = active.rules().is_remote && !opening.deferrable;
        let begin = active.begin(opening, after);
        if !bounded {
            return begin.await;
        }
        let answer = timeout(BEGIN, begin).await;
        answer.unwrap_or_else(|_| Err(no_answer("BEGIN", BEGIN)))
    }

    pub(crate) fn rules(&self) -> &'static Rules {
        self.state.rules()
    }

    /// The pool whose connection it is on.
    pub(crate) fn pool(&self) -> Option<&Pool<DB>> {
        self.active.as_ref().map(|active| &active.pool)
    }

    /// Makes the position of its commit known to `tracker`.
    pub(crate) fn track(&mut self, tracker: Option<CommitTracker>) {
        if let Some(active) = &mut self.active {
            active.tracker = tracker;
        }
    }

    /// Whether [`begin_again`](Self::begin_again) can be sent: no earlier statement is unanswered.
    pub(crate) fn can_begin_again(&self) -> bool {
        self.active.is_some() && !self.state.is_broken() && !self.state.is_running()
    }

    /// Rolls back and begins anew on the same connection, in one message. The hooks are dropped
    /// once that has happened.
    pub(crate) async fn begin_again(&mut self, opening: &BeginOptions) -> Result<(), sqlx::Error> {
        #[cfg(feature = "test")]
        if let Some(observed) = &mut self.observed {
            observed.begin_again(self.state.transient());
        }
        self.state.begin_again();
        self.savepoints = Savepoints::default();
        let Some(active) = &mut self.active else {
            return Err(Error::Poisoned.into());
        };
        // Watched like a statement: if it is cancelled, the connection may be in no transaction.
        let begin = Watch::new(Box::pin(active.begin_again(opening)), &mut self.state, true);
        let answer = timeout(BEGIN, begin).await;
        answer.unwrap_or_else(|_| Err(no_answer("BEGIN", BEGIN)))?;
        drop(self.take_hooks());
        Ok(())
    }

    /// The connection for the next statement, and the state that the statement's outcome goes
    /// into.
    ///
    /// The order is what keeps a cancelled call from being committed: first what a nested call left
    /// behind is rolled back and every doubt about earlier statements is resolved, then the
    /// savepoint of a nested call that ended is released, and only then can a statement be sent.
    /// Each step can be cancelled and leaves a state from which the next call of `ready` goes on.
    ///
    /// # Errors
    /// No statement may be sent in this transaction any more.
    pub(crate) async fn ready(
        &mut self,
    ) -> Result<(ReadyConnection<'_, DB>, &mut TransactionState), sqlx::Error> {
        self.resolve_doubts().await?;
        if let Some(release) = self.savepoints.take_kept() {
            self.send(savepoints::sql::release(release)).await?;
        }
        self.state.take_connection_back();
        let active = self.active.as_mut().ok_or(Error::Poisoned)?;
        let connection = active.ready().await.ok_or(Error::Poisoned)?;
        Ok((connection, &mut self.state))
    }

    /// Rolls back what a nested call left behind, and finds out how statements ended that were
    /// cancelled or failed.
    ///
    /// # Errors
    /// No statement may be sent in this transaction any more.
    pub(crate) async fn resolve_doubts(&mut self) -> Result<(), Error> {
        if let Some(depth) = self.savepoints.to_undo() {
            // The savepoint may have gone with the transaction.
            if self.state.may_have_ended() {
                self.check().await;
            }
            self.roll_back_to(depth).await;
        }
        self.check().await;
        self.state.refusal().map_or(Ok(()), Err)
    }

    /// Asks the database until there is no doubt about the transaction.
    async fn check(&mut self) {
        while let Some(doubt) = self.state.take_doubt() {
            let answer = match self.active.as_mut() {
                Some(active) => match active.ready().await {
                    Some(connection) => connection.check_open().await,
                    None => OpenCheck::Ended,
                },
                None => OpenCheck::Ended,
            };
            self.state.resolve_doubt(doubt, answer);
        }
    }

    /// Can be cancelled and sent again. The savepoint stays, empty.
    async fn roll_back_to(&mut self, depth: usize) {
        for _ in 0..TRIES {
            if !self.state.can_undo() {
                return;
            }
            let sent = self.send(savepoints::sql::roll_back_to(depth)).await;
            if sent.is_ok() {
                self.savepoints.undone();
                return self.state.undone();
            }
        }
        self.state.poison();
    }

    /// The connection itself. A savepoint that is set first shows at the end whether this is still
    /// the same transaction.
    pub(crate) async fn connection(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        self.set_canary().await?;
        let (_, state) = self.ready().await?;
        state.lend_connection();
        let active = self.active.as_mut();
        active
            .and_then(|active| active.connection.get())
            .ok_or_else(|| Error::Poisoned.into())
    }

    /// Sets the savepoint that is gone if the transaction is ended unseen, unless there is one.
    pub(crate) async fn set_canary(&mut self) -> Result<(), sqlx::Error> {
        self.ready().await?;
        if self.savepoints.needs_canary() {
            self.send(savepoints::sql::CANARY).await?;
            self.savepoints.canary_was_set();
        }
        Ok(())
    }

    /// Sets a savepoint, which begins a scope of its own.
    pub(crate) async fn enter(&mut self) -> Result<(), sqlx::Error> {
        self.resolve_doubts().await?;
        let release = self.savepoints.take_any();
        self.savepoints.enter(self.hooks.waiting());
        self.send(savepoints::sql::set(release, self.savepoints.depth()))
            .await?;
        self.savepoints.entered();
        Ok(())
    }

    /// Keeps what was done since the innermost savepoint, as part of the level around it.
    ///
    /// # Errors
    /// It was rolled back instead.
    pub(crate) async fn keep(&mut self) -> Result<(), Error> {
        let verdict = self.resolve_doubts().await.map_err(Error::at_commit);
        let by = self.savepoints.innermost().failed_by;
        let verdict = verdict.and(if by.is_some() {
            Err(Error::RolledBack { cause: None, by })
        } else {
            Ok(())
        });
        if verdict.is_err() {
            self.undo().await;
        } else {
            self.savepoints.keep();
        }
        verdict
    }

    /// Rolls back what was done since the innermost savepoint.
    pub(crate) async fn undo(&mut self) {
        let depth = self.savepoints.depth();
        self.abandon(depth.saturating_sub(1));
        // Whether anything can be sent afterwards is for the next statement to find out.
        let _ = self.resolve_doubts().await;
    }

    /// Gives up every level below `depth` savepoints; what they did is rolled back before anything
    /// else is sent.
    pub(crate) fn abandon(&mut self, depth: usize) {
        if let Some(hooks) = self.savepoints.abandon(depth) {
            self.hooks.truncate(hooks);
        }
    }

    /// Records that a joined call was cut short. To roll back to a savepoint inside of it would not
    /// mend that.
    pub(crate) fn poison(&mut self) {
        self.savepoints.forget_ended();
        self.state.poison();
    }

    /// Sends a statement of ours inside the transaction, watched like the user's. Its success does
    /// not say that the user's statements got over a busy database.
    async fn send(&mut self, sql: SqlStr) -> Result<(), sqlx::Error> {
        let active = self.active.as_mut().ok_or(Error::Poisoned)?;
        let connection = active.ready().await.ok_or(Error::Poisoned)?;
        let met = self.state.transient();
        let answer = Watch::new(connection.run(sql), &mut self.state, true).await;
        self.state.keep_transient(met);
        answer
    }

    /// The innermost scope: what a rollback of the current function undoes.
    pub(crate) fn scope(&mut self) -> &mut RollbackScope {
        self.savepoints.innermost()
    }

    pub(crate) fn depth(&self) -> usize {
        self.savepoints.depth()
    }

    pub(crate) fn after_commit(&mut self, hook: BoxFuture<'static, ()>) {
        self.hooks.after_commit(hook);
    }

    pub(crate) fn after_rollback(&mut self, hook: BoxFuture<'static, ()>) {
        self.hooks.after_rollback(hook);
    }
}
