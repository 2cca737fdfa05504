//! A transaction's connection, and how it is brought to its end. Owns no knowledge of what happened inside.
use std::{mem, time::Duration};

use futures_util::FutureExt;
use sqlx::{Pool, SqlStr, pool::PoolConnection};
use tokio::{
    runtime::Handle,
    sync::oneshot,
    time::{sleep, timeout},
};

use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{
    line::Line,
    no_answer,
    unbroken::{Link, Stop, Unbroken},
};
use crate::{
    cause::Witness,
    class::Class,
    connection::Connection,
    db::{Token, Tracker},
    driver::{Backend, Driver, Opened, Opening, Release, Resolution},
    error::{Error, Failure, NoAnswer},
    hooks::Hooks,
    mode::Isolation,
    sql::Dialect,
    uncancelled::Uncancelled,
};

/// A rollback that is not answered in this time is left to the server, which rolls back when its end of the connection is closed.
const ROLLBACK: Duration = Duration::from_secs(1);
/// A server that cannot be reached in this time to close it notices by itself, sooner or later.
const DISCONNECT: Duration = Duration::from_secs(1);
/// A statement that cannot be stopped in this time runs to its end.
const STOP: Duration = Duration::from_secs(5);
/// Between two tries to find out what has become of a COMMIT.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What has become of a transaction whose COMMIT failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was refused, and is still to be rolled back.
    Refused,
    /// There is nothing to roll back: its connection was exchanged or is closed.
    Gone,
    /// It is stored, or it is not.
    Unknown,
}

/// What ending a transaction takes.
pub(crate) struct Open<DB: Driver> {
    connection: Connection<DB>,
    backend: DB::Backend,
    /// Where the connection comes home from.
    away: Option<oneshot::Receiver<Link<DB>>>,
    dialect: Dialect,
    pool: Pool<DB>,
    name: &'static str,
    /// Whether nobody has to wait for COMMIT, because there is nothing in it that could fail.
    quiet: bool,
    resolvable: bool,
    sandboxed: bool,
    commit_timeout: Duration,
    /// Who wants to know at which position it was committed.
    pub(super) tracker: Option<Tracker>,
}

impl<DB: Driver> Open<DB> {
    pub(super) fn new(pooled: PoolConnection<DB>, pool: Pool<DB>, runtime: Handle, name: &'static str) -> Self {
        Self {
            dialect: DB::Backend::dialect(&pooled),
            connection: Connection::new(pooled, runtime),
            backend: DB::Backend::default(),
            away: None,
            pool,
            name,
            quiet: false,
            resolvable: false,
            sandboxed: false,
            commit_timeout: Duration::ZERO,
            tracker: None,
        }
    }

    /// There is one until the transaction ends, unless it was lost.
    pub(super) async fn line(&mut self) -> Option<Line<'_, DB>> {
        self.come_home().await;
        if self.is_unbroken() {
            return Some(Line::Unbroken(self));
        }
        self.connection.get().map(Line::Plain)
    }

    /// The connection itself, where nothing is left of what was sent before.
    pub(super) fn connection(&mut self) -> Option<&mut DB::Connection> {
        self.connection.get()
    }

    /// Whether no statement is dropped half-way.
    pub(super) fn is_unbroken(&self) -> bool {
        self.sandboxed && DB::Backend::breaks_when_cut(self.dialect)
    }

    /// To be followed by [`take_back`](Self::take_back), or by [`leave`](Self::leave).
    pub(super) fn lend(&mut self) -> Link<DB> {
        Link { connection: self.connection.take(), backend: mem::take(&mut self.backend) }
    }

    pub(super) fn take_back(&mut self, link: Link<DB>) {
        (self.connection, self.backend) = (link.connection, link.backend);
    }

    pub(super) fn leave(&mut self, away: oneshot::Receiver<Link<DB>>) {
        self.away = Some(away);
    }

    /// Waits for work that nobody waited for any more.
    async fn come_home(&mut self) {
        let Some(away) = &mut self.away else { return };
        // None comes from a runtime that has ended.
        let link = away.await;
        self.away = None;
        if let Ok(link) = link {
            self.take_back(link);
        }
    }

    pub(super) fn is_remote(&self) -> bool {
        self.connection.is_remote()
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn is_resolvable(&self) -> bool {
        self.resolvable
    }

    pub(super) fn pool(&self) -> &Pool<DB> {
        &self.pool
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(super) fn runtime(&self) -> Handle {
        self.connection.runtime().clone()
    }

    pub(super) async fn begin(&mut self, opening: &Opening, after: Option<&Token>) -> Result<Opened, sqlx::Error> {
        self.quiet = !opening.writes && opening.isolation != Some(Isolation::Serializable) && !opening.sandboxed;
        (self.resolvable, self.sandboxed, self.commit_timeout) = (opening.resolvable, opening.sandboxed, opening.commit_timeout);
        if self.sandboxed {
            // Half-way it is not known what a rollback has to take back, and that must not be the sandbox.
            let opening = opening.clone();
            let begin = Unbroken::new(self, Stop::Never, |connection, backend| {
                async move { backend.begin(connection, &opening, None).await }.boxed()
            });
            return begin.await;
        }
        let Some(connection) = self.connection.get() else { return Err(Error::Poisoned.into()) };
        self.backend.begin(connection, opening, after).await
    }

    pub(super) async fn begin_again(&mut self, opening: &Opening) -> Result<(), sqlx::Error> {
        if self.sandboxed {
            let opening = opening.clone();
            let begin = Unbroken::new(self, Stop::Never, |connection, backend| {
                async move { backend.begin_again(connection, &opening).await }.boxed()
            });
            return begin.await;
        }
        let Some(connection) = self.connection.get() else { return Err(Error::Poisoned.into()) };
        self.backend.begin_again(connection, opening).await
    }

    /// COMMIT that nobody waits for. Its connection goes back to the pool; the transaction is `counted` until then.
    pub(super) fn commit_unheard(mut self, command: SqlStr, counted: Option<TaskTrackerToken>) {
        let Some(connection) = self.connection.get() else { return };
        if !DB::Backend::commits_by_one_poll(connection) {
            let runtime = self.runtime();
            let commit = async move {
                match self.commit(command).await {
                    Ok(()) => self.give_back(),
                    Err((_, standing)) => self.roll_back(standing != Standing::Refused, false, Hooks::default()).await,
                }
                drop(counted);
            };
            return drop(Uncancelled::new(runtime, commit));
        }
        match self.backend.commit(connection, command).now_or_never() {
            // On its way; the pool's ping takes the answer.
            None | Some(Ok(())) => self.give_back(),
            Some(Err(_)) => {
                drop(Uncancelled::new(self.runtime(), self.roll_back(false, false, Hooks::default()).map(|()| drop(counted))));
            }
        }
    }

    /// # Errors
    /// With what has become of the transaction.
    pub(super) async fn commit(&mut self, command: SqlStr) -> Result<(), (Failure, Standing)> {
        let (remote, bound) = (self.is_remote(), self.commit_timeout);
        let Some(connection) = self.connection.get() else { return Err((Error::Poisoned.into(), Standing::Gone)) };
        let tracked = self.tracker.clone().map(|tracker| (tracker.sends(), tracker));
        let (backend, tells) = (&self.backend, tracked.is_some());
        let commit = async move {
            if tells {
                backend.commit_and_tell(connection, command).await
            } else {
                backend.commit(connection, command).await.map(|()| None)
            }
        };
        let answer = if remote { timeout(bound, commit).await } else { Ok(commit.await) };
        let answer = match answer {
            Ok(answer) => answer,
            Err(_) => Err(self.silent("COMMIT", bound).await),
        };
        if let Some((sent, tracker)) = tracked
            && !answer.as_ref().is_err_and(is_definite)
        {
            tracker.committed(sent, answer.as_ref().ok().cloned().flatten());
        }
        match answer {
            Ok(_) => {
                self.backend.committed(&self.pool);
                Ok(())
            }
            Err(error) if is_definite(&error) => {
                let released = DB::Backend::release_failed(&error);
                let standing = if remote && released == Some(Release::Gone) { Standing::Gone } else { Standing::Refused };
                Err((refused(released, error), standing))
            }
            Err(source) => match self.resolve().await {
                Some(Resolution::Committed) => Ok(()),
                Some(Resolution::RolledBack) => Err((source.into(), Standing::Gone)),
                _ => {
                    tracing::error!(transaction = self.name, error = %source, "no answer to COMMIT: the transaction is stored, or it is not");
                    Err((Error::CommitUnknown { source: NoAnswer(source) }.into(), Standing::Unknown))
                }
            },
        }
    }

    /// The error for a connection that has fallen silent, whose other end is ended from elsewhere while this one is still ours.
    async fn silent(&mut self, command: &str, bound: Duration) -> sqlx::Error {
        let _ = timeout(DISCONNECT, self.backend.disconnect(&self.pool)).await;
        no_answer(command, bound)
    }

    /// Finds out what has become of a COMMIT that was not answered, if that was asked for and as far as it can be.
    async fn resolve(&mut self) -> Option<Resolution> {
        if !self.resolvable {
            return None;
        }
        self.connection.close();
        let asked = async {
            loop {
                match self.backend.resolve(&self.pool).await {
                    Ok(Resolution::Pending) => {}
                    Ok(resolution) => return resolution,
                    Err(error) => tracing::debug!(transaction = self.name, %error, "could not ask what has become of a COMMIT"),
                }
                sleep(ASK_AGAIN).await;
            }
        };
        let resolution = timeout(self.commit_timeout, asked).await.ok();
        tracing::warn!(transaction = self.name, ?resolution, "no answer to COMMIT: asked what has become of it");
        resolution
    }

    /// Back to the pool, clean.
    pub(super) fn give_back(self) {
        self.connection.give_back();
    }

    pub(super) async fn roll_back(mut self, broken: bool, running: bool, hooks: Hooks) {
        self.come_home().await;
        if broken && running {
            // Still ours while its statement is stopped from another one.
            let _ = timeout(STOP, self.backend.stop(&self.pool)).await;
        }
        let remote = self.is_remote();
        if !broken && let Some(connection) = self.connection.get() {
            let rollback = self.backend.roll_back(connection, &self.pool, running);
            let answer = if remote { timeout(ROLLBACK, rollback).await } else { Ok(rollback.await) };
            let answer = match answer {
                Ok(answer) => answer,
                Err(_) => Err(self.silent("ROLLBACK", ROLLBACK).await),
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
