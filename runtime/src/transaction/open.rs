//! A transaction's connection, and how it is brought to its end. Owns no knowledge of what happened inside.
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::{Pool, SqlStr, pool::PoolConnection};
use tokio::{runtime::Handle, time::timeout};

use super::no_answer;
use crate::{
    cause::Witness,
    class::Class,
    connection::Connection,
    driver::{Backend, Driver, Opening, Release},
    error::{Error, Failure, NoAnswer},
    hooks::Hooks,
    mode::Isolation,
    uncancelled::Uncancelled,
};

/// A COMMIT that is not answered in this time is unknown.
const COMMIT: Duration = Duration::from_secs(30);
/// A rollback that is not answered in this time is left to the server, which rolls back when the connection is closed.
const ROLLBACK: Duration = Duration::from_secs(5);

/// What ending a transaction takes.
pub(super) struct Open<DB: Driver> {
    connection: Connection<DB>,
    backend: DB::Backend,
    pool: Pool<DB>,
    name: &'static str,
    /// Whether nobody has to wait for COMMIT, because there is nothing in it that could fail.
    quiet: bool,
}

impl<DB: Driver> Open<DB> {
    pub(super) fn new(pooled: PoolConnection<DB>, pool: Pool<DB>, runtime: Handle, name: &'static str) -> Self {
        Self { connection: Connection::new(pooled, runtime), backend: DB::Backend::default(), pool, name, quiet: false }
    }

    /// There is one until the transaction ends.
    pub(super) fn connection(&mut self) -> Option<&mut DB::Connection> {
        self.connection.get()
    }

    pub(super) fn is_remote(&self) -> bool {
        self.connection.is_remote()
    }

    pub(super) fn runtime(&self) -> Handle {
        self.connection.runtime().clone()
    }

    pub(super) async fn begin(&mut self, opening: &Opening) -> Result<(), sqlx::Error> {
        self.quiet = !opening.writes && opening.isolation != Some(Isolation::Serializable);
        let Some(connection) = self.connection.get() else { return Err(Error::Poisoned.into()) };
        self.backend.begin(connection, opening).await
    }

    /// `checked`: whether it may turn out that the transaction was not ours any more.
    pub(super) async fn commit(mut self, command: SqlStr, checked: bool, hooks: Hooks) -> Result<(), Failure> {
        let runtime = self.runtime();
        if !self.quiet || checked || hooks.waiting() > 0 {
            return Uncancelled::new(runtime, self.commit_and_wait(command, hooks)).await;
        }
        let Some(connection) = self.connection.get() else { return Err(Error::Poisoned.into()) };
        if !DB::Backend::commits_by_one_poll(connection) {
            drop(Uncancelled::new(runtime, self.commit_and_wait(command, hooks)));
            return Ok(());
        }
        match self.backend.commit(connection, command).now_or_never() {
            // On its way; the pool's ping takes the answer.
            None | Some(Ok(())) => self.connection.give_back(),
            Some(Err(_)) => drop(Uncancelled::new(runtime, self.roll_back(false, false, hooks))),
        }
        Ok(())
    }

    async fn commit_and_wait(mut self, command: SqlStr, hooks: Hooks) -> Result<(), Failure> {
        let remote = self.is_remote();
        let Some(connection) = self.connection.get() else { return Err(Error::Poisoned.into()) };
        let commit = self.backend.commit(connection, command);
        let answer = if remote { timeout(COMMIT, commit).await.unwrap_or_else(|_| Err(no_answer("COMMIT", COMMIT))) } else { commit.await };
        match answer {
            Ok(()) => {
                self.connection.give_back();
                hooks.committed(self.name).await;
                Ok(())
            }
            Err(error) if is_definite(&error) => {
                let released = DB::Backend::release_failed(&error);
                // Of a connection that was exchanged, nobody knows what it is in.
                self.roll_back(remote && released == Some(Release::Gone), false, hooks).await;
                Err(refused(released, error))
            }
            Err(source) => {
                tracing::error!(transaction = self.name, error = %source, "no answer to COMMIT: the transaction is stored, or it is not");
                Err(Error::CommitUnknown { source: NoAnswer(source) }.into())
            }
        }
    }

    pub(super) async fn roll_back(mut self, broken: bool, running: bool, hooks: Hooks) {
        if broken && running {
            // Still ours while its statement is stopped from another one.
            let _ = timeout(ROLLBACK, self.backend.stop(&self.pool)).await;
        }
        let remote = self.is_remote();
        if !broken && let Some(connection) = self.connection.get() {
            let rollback = self.backend.roll_back(connection, &self.pool, running);
            let answer = if remote {
                timeout(ROLLBACK, rollback).await.unwrap_or_else(|_| Err(no_answer("ROLLBACK", ROLLBACK)))
            } else {
                rollback.await
            };
            match answer {
                Ok(()) => self.connection.give_back(),
                Err(error) => {
                    tracing::debug!(transaction = self.name, %error, "no answer to ROLLBACK: the connection is closed");
                    drop(self.connection);
                }
            }
        } else {
            // Nothing to say to a connection that is lost or out of step.
            drop(self.connection);
        }
        hooks.rolled_back(self.name).await;
    }
}

/// Whether this error, in answer to COMMIT, means that nothing was stored.
fn is_definite(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(_)) && !matches!(Class::of_sqlx(error), Class::Connection | Class::CommitUnknown)
}

/// What the refusal of COMMIT is to the caller.
fn refused(released: Option<Release>, error: sqlx::Error) -> Failure {
    match released {
        None => error.into(),
        Some(Release::Aborted) => Error::RolledBack { cause: Some(Witness::of(error).1.into_cause()), by: None }.into(),
        Some(Release::Gone) => Error::TransactionControl { statement: "session.connection()", reason: GONE }.into(),
    }
}

const GONE: &str =
    "(or a procedure) ended the transaction or put another in its place: what was done before that may be stored, nothing after it";
