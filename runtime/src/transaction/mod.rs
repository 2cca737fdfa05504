//! A transaction, from before its BEGIN until its end: its connection, its state, its savepoints
//! and its hooks. A transaction that is dropped before its end is rolled back in the background.
//!
//! The SQL and the error codes belong to `driver`. Which pool a transaction begins on is decided in
//! `db`.
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

/// How long the server may take to answer BEGIN. sqlx sets no bound, and a network that loses
/// packets without an error would block BEGIN for ever. No statement has run yet, so another
/// connection can replace this one.
pub(crate) const BEGIN: Duration = Duration::from_secs(1);
/// How often ROLLBACK TO SAVEPOINT is sent: the server may answer it with the error of an earlier,
/// cancelled statement.
const TRIES: usize = 4;

/// A transaction, from before its BEGIN is sent until its end is acknowledged.
pub(crate) struct Transaction<DB: Driver> {
    /// `None` once COMMIT or the rollback has taken the connection.
    active: Option<ActiveConnection<DB>>,
    pub(crate) state: TransactionState,
    savepoints: Savepoints,
    hooks: Hooks,
    /// The number of this attempt of the call, counted from 1.
    pub(crate) attempt: u32,
    /// Makes `Db::close` wait for the transaction.
    counted: Option<TaskTrackerToken>,
    /// The index of the reader that the transaction runs on. `None` for the writer and for a plain
    /// pool.
    pub(crate) reader: Option<usize>,
    #[cfg(feature = "test")]
    pub(crate) observed: Option<Observed>,
}

impl<DB: Driver> Transaction<DB> {
    /// Creates the transaction before BEGIN is sent. If [`begin`](Self::begin) is cancelled,
    /// dropping this value rolls back what the server may have begun.
    pub(crate) fn new(
        connection: Connection<DB>,
        pool: Pool<DB>,
        request: &BeginRequest<'_, DB>,
    ) -> Self {
        let active = ActiveConnection::new(connection, pool, request.name, request.commit_timeout);
        Self {
            state: TransactionState::new(active.rules()),
            active: Some(active),
            savepoints: Savepoints::default(),
            hooks: Hooks::default(),
            attempt: 1,
            counted: request.call.map(Call::transaction),
            reader: None,
            #[cfg(feature = "test")]
            observed: None,
        }
    }

    /// Sends BEGIN with all options of `options`, in one message.
    ///
    /// # Errors
    /// The server refuses BEGIN, or does not answer it within 1 s.
    pub(crate) async fn begin(
        &mut self,
        options: &BeginOptions,
        after: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        let Some(active) = &mut self.active else {
            return Err(Error::Poisoned.into());
        };
        // A DEFERRABLE transaction waits for a safe snapshot in its first statement, which is part
        // of this message. That wait has no upper limit. SQLite runs in this process and always
        // answers.
        let bounded = active.rules().is_remote && !options.deferrable;
        let begin = active.begin(options, after);
        if !bounded {
            return begin.await;
        }
        let answer = timeout(BEGIN, begin).await;
        answer.unwrap_or_else(|_| Err(no_answer("BEGIN", BEGIN)))
    }

    pub(crate) fn rules(&self) -> &'static Rules {
        self.state.rules()
    }

    /// The pool that its connection comes from.
    pub(crate) fn pool(&self) -> Option<&Pool<DB>> {
        self.active.as_ref().map(|active| &active.pool)
    }

    /// Reports the position of its commit to `tracker`.
    pub(crate) fn track(&mut self, tracker: Option<CommitTracker>) {
        if let Some(active) = &mut self.active {
            active.tracker = tracker;
        }
    }

    /// Whether [`begin_again`](Self::begin_again) can be sent: the connection works, and no earlier
    /// statement is unanswered.
    pub(crate) fn can_begin_again(&self) -> bool {
        self.active.is_some() && !self.state.is_broken() && !self.state.is_running()
    }

    /// Rolls back and begins again on the same connection, in one message. The hooks are dropped
    /// once the server has acknowledged it.
    ///
    /// # Errors
    /// The server refuses the message, or does not answer it within 1 s.
    pub(crate) async fn begin_again(&mut self, options: &BeginOptions) -> Result<(), sqlx::Error> {
        #[cfg(feature = "test")]
        if let Some(observed) = &mut self.observed {
            observed.begin_again(self.state.transient());
        }
        // Reset before the message is sent, so that `Watch` records a cancellation in the new
        // state.
        self.state.begin_again();
        self.savepoints = Savepoints::default();
        let Some(active) = &mut self.active else {
            return Err(Error::Poisoned.into());
        };
        // Watched like a statement. If it is cancelled between ROLLBACK and BEGIN, the connection
        // is in no transaction.
        let begin = Watch::new(Box::pin(active.begin_again(options)), &mut self.state, true);
        let answer = timeout(BEGIN, begin).await;
        answer.unwrap_or_else(|_| Err(no_answer("BEGIN", BEGIN)))?;
        drop(self.take_hooks());
        Ok(())
    }

    /// Returns the connection for the next statement, and the state that records how the statement
    /// ends.
    ///
    /// The order keeps the work of a cancelled call from being committed:
    ///
    /// 1. What a nested call left behind is rolled back, and every doubt about earlier statements
    ///    is resolved.
    /// 2. The savepoint of a nested call that ended is released.
    /// 3. Only then can a statement be sent.
    ///
    /// # Errors
    /// The transaction has failed, and no statement may be sent in it.
    ///
    /// # Cancellation
    /// Each step can be cancelled. The next call of `ready` continues from the state that it left.
    pub(crate) async fn ready(
        &mut self,
    ) -> Result<(ReadyConnection<'_, DB>, &mut TransactionState), sqlx::Error> {
        self.resolve_doubts().await?;
        // Taken out before it is sent, because RELEASE cannot be sent twice. Sent now and not with
        // COMMIT, so that the next statement is not part of a subtransaction.
        if let Some(release) = self.savepoints.take_kept() {
            self.send(savepoints::sql::release(release)).await?;
        }
        // `self` is borrowed mutably, so the reference that `connection` returned is no longer in
        // use.
        self.state.take_connection_back();
        let active = self.active.as_mut().ok_or(Error::Poisoned)?;
        let connection = active.ready().await.ok_or(Error::Poisoned)?;
        Ok((connection, &mut self.state))
    }

    /// Rolls back what a nested call left behind. Then finds out how statements ended that were
    /// cancelled or failed.
    ///
    /// # Errors
    /// The transaction has failed, and no statement may be sent in it.
    pub(crate) async fn resolve_doubts(&mut self) -> Result<(), Error> {
        if let Some(depth) = self.savepoints.to_undo() {
            // A failed statement may have ended the transaction, and the savepoint with it. The
            // database is asked before ROLLBACK TO is sent.
            if self.state.may_have_ended() {
                self.check().await;
            }
            self.roll_back_to(depth).await;
        }
        self.check().await;
        self.state.refusal().map_or(Ok(()), Err)
    }

    /// Asks the database until no doubt is left. An answer can be the error of an earlier
    /// statement, which raises the next doubt.
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

    /// Rolls back to the savepoint at `depth`, which stays set and is empty afterwards.
    ///
    /// # Cancellation
    /// ROLLBACK TO can be sent again, because the savepoint still exists.
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
        // The savepoint cannot be shown to be rolled back, so the transaction must not commit.
        self.state.poison();
    }

    /// Returns the connection itself, after setting the canary: its release at COMMIT fails if the
    /// transaction was ended or replaced on the connection.
    pub(crate) async fn connection(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        self.set_canary().await?;
        let (_, state) = self.ready().await?;
        state.lend_connection();
        let active = self.active.as_mut();
        active
            .and_then(|active| active.connection.get())
            .ok_or_else(|| Error::Poisoned.into())
    }

    /// Sets the canary, unless there is one: a savepoint that is gone if the transaction is ended
    /// without this crate seeing it.
    pub(crate) async fn set_canary(&mut self) -> Result<(), sqlx::Error> {
        self.ready().await?;
        if self.savepoints.needs_canary() {
            self.send(savepoints::sql::CANARY).await?;
            self.savepoints.canary_was_set();
        }
        Ok(())
    }

    /// Sets a savepoint, which opens a scope of its own.
    pub(crate) async fn enter(&mut self) -> Result<(), sqlx::Error> {
        self.resolve_doubts().await?;
        let release = self.savepoints.take_any();
        // Recorded before SAVEPOINT is sent, so that a call that is cancelled in between can
        // abandon the scope.
        self.savepoints.enter(self.hooks.waiting());
        self.send(savepoints::sql::set(release, self.savepoints.depth()))
            .await?;
        self.savepoints.entered();
        Ok(())
    }

    /// Ends the innermost scope and keeps what was done in it, as part of the scope around it.
    /// RELEASE is not sent here: it goes before the next statement, or with SAVEPOINT or COMMIT.
    ///
    /// # Errors
    /// The scope was rolled back instead.
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
        // An error here is ignored, because the next statement returns it too.
        let _ = self.resolve_doubts().await;
    }

    /// Gives up every scope deeper than `depth` savepoints. Sends nothing, because `Lease` calls
    /// this when it is dropped: the rollback goes before the next statement.
    pub(crate) fn abandon(&mut self, depth: usize) {
        if let Some(hooks) = self.savepoints.abandon(depth) {
            self.hooks.truncate(hooks);
        }
    }

    /// Records that a joined call was cancelled half-way. An ended savepoint inside of that call is
    /// forgotten: rolling back to it would undo only a part of the call.
    pub(crate) fn poison(&mut self) {
        self.savepoints.clear_ended();
        self.state.poison();
    }

    /// Sends a statement of this crate inside the transaction, watched like the user's. Its success
    /// does not mean that the user's statements got past a busy database, so that record is kept.
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
