//! An open transaction: its connection, what is known of it, and its end. Dropped without an end, it is rolled back in the background.
use std::{io, time::Duration};

use sqlx::{Pool, pool::PoolConnection};
use tokio::{runtime::Handle, time::timeout};

use crate::{
    connection::Connection,
    driver::{Driver, Opening},
    error::{Error, Failure},
    health::Health,
    uncancelled::Uncancelled,
};

/// A server that does not answer BEGIN in this time is taken for lost: nothing has run yet, so another connection is as good.
const BEGIN: Duration = Duration::from_secs(1);
/// A COMMIT that is not answered in this time is unknown.
const COMMIT: Duration = Duration::from_secs(30);
/// A rollback that is not answered in this time is left to the server, which rolls back when the connection is closed.
const ROLLBACK: Duration = Duration::from_secs(5);

/// A transaction, from before its BEGIN is sent until its end is acknowledged.
pub(crate) struct Transaction<DB: Driver> {
    open: Option<Open<DB>>,
    pub(crate) health: Health,
}

/// What ending it takes.
struct Open<DB: Driver> {
    connection: Connection<DB>,
    backend: DB::Backend,
    pool: Pool<DB>,
    name: &'static str,
}

impl<DB: Driver> Transaction<DB> {
    /// To be followed by [`begin`](Self::begin), of which it survives every cancellation.
    pub(crate) fn new(pooled: PoolConnection<DB>, pool: Pool<DB>, runtime: Handle, name: &'static str) -> Self {
        let open = Open { connection: Connection::new(pooled, runtime), backend: DB::Backend::default(), pool, name };
        Self { open: Some(open), health: Health::default() }
    }

    /// Sends BEGIN with everything that `opening` asks for, in one message.
    pub(crate) async fn begin(&mut self, opening: &Opening) -> Result<(), sqlx::Error> {
        let Some(open) = &mut self.open else { return Err(Error::Poisoned.into()) };
        let Some(connection) = open.connection.get() else { return Err(Error::Poisoned.into()) };
        let begin = DB::begin(connection, &mut open.backend, opening);
        if DB::REMOTE {
            timeout(BEGIN, begin).await.unwrap_or_else(|_| Err(no_answer("BEGIN", BEGIN)))
        } else {
            begin.await
        }
    }

    /// The connection for the next statement, once all that was left open by earlier ones is known; an error if none may be sent.
    pub(crate) async fn ready(&mut self) -> Result<(&mut DB::Connection, &mut Health), sqlx::Error> {
        self.clear_doubt().await;
        if let Some(refusal) = self.health.refusal() {
            return Err(refusal.into());
        }
        match self.open.as_mut().and_then(|open| open.connection.get()) {
            Some(connection) => Ok((connection, &mut self.health)),
            None => Err(Error::Poisoned.into()),
        }
    }

    async fn clear_doubt(&mut self) {
        while let Some(question) = self.health.question() {
            let Some(connection) = self.open.as_mut().and_then(|open| open.connection.get()) else { return };
            let answer = DB::ask(connection).await;
            self.health.answer::<DB>(question, answer);
        }
    }

    /// Commits, and gives the connection back. Once sent, COMMIT is awaited to its answer even if the caller is cancelled.
    ///
    /// # Errors
    /// Everything is rolled back, unless the error is [`Error::CommitUnknown`].
    pub(crate) async fn commit(mut self) -> Result<(), Failure> {
        self.clear_doubt().await;
        if let Some(verdict) = self.health.verdict() {
            self.roll_back().await;
            return Err(verdict.into());
        }
        match self.open.take() {
            Some(open) => Uncancelled::new(open.connection.runtime().clone(), open.commit()).await,
            None => Err(Error::Poisoned.into()),
        }
    }

    /// Rolls back and gives the connection back; where that cannot be shown to have happened, closes it, so that the server does.
    pub(crate) async fn roll_back(mut self) {
        if let Some(ending) = self.end() {
            ending.await;
        }
    }

    /// Closes the connection instead of ending the transaction: for one that cannot be talked to.
    pub(crate) fn discard(mut self) {
        self.open = None;
    }

    fn end(&mut self) -> Option<Uncancelled<()>> {
        let open = self.open.take()?;
        if self.health.is_broken() {
            return None;
        }
        Some(Uncancelled::new(open.connection.runtime().clone(), open.roll_back(self.health.is_running())))
    }
}

impl<DB: Driver> Drop for Transaction<DB> {
    fn drop(&mut self) {
        drop(self.end());
    }
}

impl<DB: Driver> Open<DB> {
    async fn commit(mut self) -> Result<(), Failure> {
        let Some(connection) = self.connection.get() else { return Err(Error::Poisoned.into()) };
        let commit = DB::commit(connection);
        let answer =
            if DB::REMOTE { timeout(COMMIT, commit).await.unwrap_or_else(|_| Err(no_answer("COMMIT", COMMIT))) } else { commit.await };
        match answer {
            Ok(()) => {
                self.connection.give_back();
                Ok(())
            }
            Err(error) if DB::is_definite(&error) => {
                self.roll_back(false).await;
                Err(error.into())
            }
            Err(source) => {
                tracing::error!(transaction = self.name, error = %source, "no answer to COMMIT: the transaction is stored, or it is not");
                Err(Error::CommitUnknown { source }.into())
            }
        }
    }

    async fn roll_back(mut self, running: bool) {
        let Some(connection) = self.connection.get() else { return };
        let rollback = DB::roll_back(connection, &self.backend, &self.pool, running);
        let answer = if DB::REMOTE {
            timeout(ROLLBACK, rollback).await.unwrap_or_else(|_| Err(no_answer("ROLLBACK", ROLLBACK)))
        } else {
            rollback.await
        };
        match answer {
            Ok(()) => self.connection.give_back(),
            Err(error) => tracing::debug!(transaction = self.name, %error, "no answer to ROLLBACK: the connection is closed"),
        }
    }
}

fn no_answer(command: &str, bound: Duration) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, format!("no answer to {command} within {} s", bound.as_secs())))
}
