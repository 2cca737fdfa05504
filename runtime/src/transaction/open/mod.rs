//! A transaction's connection, and how it is brought to its end. Owns no knowledge of what happened
//! inside.
pub(crate) mod commit;
pub(crate) mod line;

use std::time::Duration;

use futures_util::FutureExt;
use sqlx::Pool;
use tokio::{runtime::Handle, time::timeout};

use crate::{
    driver::{
        Backend, Driver,
        begin::{Opened, Opening},
        position::Token,
    },
    error::Error,
    mode::Isolation,
    sql::Dialect,
    transaction::{
        connection::Connection,
        hooks::Hooks,
        no_answer,
        sandbox::unbroken::{Away, Stop, Unbroken},
        tracker::Tracker,
    },
};

/// A rollback that is not answered in this time is left to the server, which rolls back when its
/// end of the connection is closed.
const ROLLBACK: Duration = Duration::from_secs(1);
/// A server that cannot be reached in this time to close it notices by itself, sooner or later.
const DISCONNECT: Duration = Duration::from_secs(1);
/// A statement that cannot be stopped in this time runs to its end.
const STOP: Duration = Duration::from_secs(5);

/// What ending a transaction takes.
pub(crate) struct Open<DB: Driver> {
    pub(crate) connection: Connection<DB>,
    pub(crate) backend: DB::Backend,
    /// Where the connection comes home from. Boxed: outside of a sandbox there is none.
    pub(crate) away: Option<Box<Away<DB>>>,
    pub(crate) pool: Pool<DB>,
    name: &'static str,
    /// Whether nobody has to wait for COMMIT, because there is nothing in it that could fail.
    quiet: bool,
    resolvable: bool,
    sandboxed: bool,
    commit_timeout: Duration,
    /// Who wants to know at which position it was committed.
    pub(crate) tracker: Option<Tracker>,
}

impl<DB: Driver> Open<DB> {
    pub(crate) fn new(connection: Connection<DB>, pool: Pool<DB>, name: &'static str) -> Self {
        Self {
            connection,
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

    /// The connection itself, where nothing is left of what was sent before.
    pub(crate) fn connection(&mut self) -> Option<&mut DB::Connection> {
        self.connection.get()
    }

    /// Whether the transaction is a savepoint in one that must live on.
    pub(crate) fn is_sandboxed(&self) -> bool {
        self.sandboxed
    }

    /// Whether no statement is dropped half-way.
    pub(crate) fn is_unbroken(&self) -> bool {
        self.sandboxed && DB::Backend::breaks_when_cut(self.dialect())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    pub(crate) fn is_remote(&self) -> bool {
        self.connection.is_remote()
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn is_resolvable(&self) -> bool {
        self.resolvable
    }

    pub(crate) fn pool(&self) -> &Pool<DB> {
        &self.pool
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn runtime(&self) -> Handle {
        self.connection.runtime().clone()
    }

    pub(crate) async fn begin(
        &mut self,
        opening: &Opening,
        after: Option<&Token>,
    ) -> Result<Opened, sqlx::Error> {
        self.quiet = !opening.writes
            && opening.isolation != Some(Isolation::Serializable)
            && !opening.sandboxed;
        (self.resolvable, self.sandboxed, self.commit_timeout) = (
            opening.resolvable,
            opening.sandboxed,
            opening.commit_timeout,
        );
        if self.sandboxed {
            // Half-way it is not known what a rollback has to take back, and that must not be the
            // sandbox.
            let opening = opening.clone();
            let begin = Unbroken::new(self, Stop::Never, |connection, backend| {
                async move { backend.begin(connection, &opening, None).await }.boxed()
            });
            return begin.boxed().await;
        }
        let Some(connection) = self.connection.get() else {
            return Err(Error::Poisoned.into());
        };
        self.backend.begin(connection, opening, after).await
    }

    pub(crate) async fn begin_again(&mut self, opening: &Opening) -> Result<(), sqlx::Error> {
        if self.sandboxed {
            let opening = opening.clone();
            let begin = Unbroken::new(self, Stop::Never, |connection, backend| {
                async move { backend.begin_again(connection, &opening).await }.boxed()
            });
            return begin.boxed().await;
        }
        let Some(connection) = self.connection.get() else {
            return Err(Error::Poisoned.into());
        };
        self.backend.begin_again(connection, opening).await
    }

    /// The error for a connection that has fallen silent, whose other end is ended from elsewhere
    /// while this one is still ours.
    async fn silent(&mut self, command: &str, bound: Duration) -> sqlx::Error {
        let _ = timeout(DISCONNECT, self.backend.disconnect(&self.pool)).await;
        no_answer(command, bound)
    }

    /// Back to the pool, clean.
    pub(crate) fn give_back(self) {
        self.connection.give_back();
    }

    pub(crate) async fn roll_back(mut self, broken: bool, running: bool, hooks: Hooks) {
        self.call_home().await;
        if broken && running {
            // Still ours while its statement is stopped from another one.
            let _ = timeout(STOP, self.backend.stop(&self.pool)).await;
        }
        let remote = self.is_remote();
        if !broken && let Some(connection) = self.connection.get() {
            let rollback = self.backend.roll_back(connection, &self.pool, running);
            let answer = if remote {
                timeout(ROLLBACK, rollback).await
            } else {
                Ok(rollback.await)
            };
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
