//! The connection of a transaction that has begun, and the statements that are sent over it. What
//! is known of the transaction is not recorded here, but in `state`.
use std::{io, time::Duration};

use futures_core::{future::BoxFuture, stream::BoxStream};
#[cfg(feature = "test")]
use futures_util::FutureExt;
use sqlx::{Describe, Pool, SqlStr};
use tokio::{runtime::Handle, time::timeout};

#[cfg(feature = "test")]
use crate::transaction::sandbox::uninterrupted::{self, DetachedWork, MayStop, Uninterrupted};
use crate::{
    driver::{
        Backend, Driver, Step,
        begin::{BeginOptions, BeginOutcome},
        effect::OpenCheck,
        execution::Execution,
        position::Token,
        rules::Rules,
        statement::Statement,
    },
    error::Error,
    mode::Isolation,
    transaction::{connection::Connection, other_connection, tracker::CommitTracker},
};

/// How long ending the server's process may take. A server that is not reached in this time notices
/// by itself that our end is closed.
const DISCONNECT: Duration = Duration::from_secs(1);

/// The connection of a transaction, and what its end needs to know.
pub(crate) struct ActiveConnection<DB: Driver> {
    pub(crate) connection: Connection<DB>,
    pub(crate) backend: DB::Backend,
    pub(crate) pool: Pool<DB>,
    pub(crate) name: &'static str,
    /// Whether COMMIT has nothing to lose, so that the caller need not wait for it: the transaction
    /// only reads, below serializable.
    pub(crate) commits_unwatched: bool,
    /// Whether the outcome of a COMMIT that is not answered can be looked up.
    pub(crate) resolvable: bool,
    pub(crate) commit_timeout: Duration,
    /// Records the position of the commit.
    pub(crate) tracker: Option<CommitTracker>,
    /// Work in the background that owns the connection, because its future was dropped.
    #[cfg(feature = "test")]
    pub(crate) detached: Option<Box<DetachedWork<DB>>>,
    /// Whether a savepoint stands for the transaction, inside another one that is never committed.
    #[cfg(feature = "test")]
    pub(crate) enclosed: bool,
}

impl<DB: Driver> ActiveConnection<DB> {
    pub(crate) fn new(
        mut connection: Connection<DB>,
        pool: Pool<DB>,
        name: &'static str,
        commit_timeout: Duration,
    ) -> Self {
        let backend = match connection.get() {
            Some(connection) => DB::Backend::of(connection),
            None => DB::Backend::default(),
        };
        Self {
            connection,
            backend,
            pool,
            name,
            commits_unwatched: false,
            resolvable: false,
            commit_timeout,
            tracker: None,
            #[cfg(feature = "test")]
            detached: None,
            #[cfg(feature = "test")]
            enclosed: false,
        }
    }

    pub(crate) fn rules(&self) -> &'static Rules {
        self.connection.rules()
    }

    pub(crate) fn runtime(&self) -> Handle {
        self.connection.runtime().clone()
    }

    pub(crate) async fn begin(
        &mut self,
        options: &BeginOptions,
        after: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        self.commits_unwatched =
            // COMMIT can refuse a serializable transaction that only read, so that answer is
            // awaited.
            !options.writes && options.isolation != Some(Isolation::Serializable);
        self.resolvable = options.resolvable;
        #[cfg(feature = "test")]
        if options.enclosed {
            (self.enclosed, self.commits_unwatched) = (true, false);
            return uninterrupted::begin(self, options).await;
        }
        let Some(connection) = self.connection.get() else {
            return Err(Error::Poisoned.into());
        };
        self.backend.begin(connection, options, after).await
    }

    pub(crate) async fn begin_again(&mut self, options: &BeginOptions) -> Result<(), sqlx::Error> {
        #[cfg(feature = "test")]
        if self.enclosed {
            return uninterrupted::begin_again(self, options).await;
        }
        let Some(connection) = self.connection.get() else {
            return Err(Error::Poisoned.into());
        };
        self.backend.begin_again(connection, options).await
    }

    /// The connection for one statement. `None` if it was lost.
    #[cfg_attr(
        not(feature = "test"),
        expect(
            clippy::unused_async,
            reason = "a sandbox is a matter of the feature `test`"
        )
    )]
    pub(crate) async fn ready(&mut self) -> Option<ReadyConnection<'_, DB>> {
        #[cfg(feature = "test")]
        if self.enclosed {
            self.reattach().await;
            if self.rules().breaks_when_cancelled() {
                // A dropped statement would leave this connection out of step, and the sandbox has
                // no other.
                return Some(ReadyConnection::Uninterrupted(self));
            }
        }
        let connection = self.connection.get()?;
        Some(ReadyConnection::Plain(connection, &self.backend))
    }

    /// Returns the error for a server that did not answer within `bound`. First ends the server's
    /// side from another connection, for at most 1 s: it may wait for a client that does not come
    /// back, with all locks held. Our connection is still open then, so its process id cannot
    /// belong to another client.
    pub(crate) async fn did_not_answer(&mut self, command: &str, bound: Duration) -> sqlx::Error {
        let disconnect = other_connection::send(
            &self.pool,
            self.backend.disconnect(),
            "could not end a connection that does not answer: its locks stay until the server notices",
        );
        let _ = timeout(DISCONNECT, disconnect).await;
        no_answer(command, bound)
    }

    /// Returns the connection to the pool. No transaction may be open on it.
    pub(crate) fn give_back(self) {
        self.connection.give_back();
    }
}

pub(crate) fn no_answer(command: &str, bound: Duration) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(
        io::ErrorKind::TimedOut,
        format!("no answer to {command} within {bound:?}"),
    ))
}

/// A connection on which no statement runs, for one statement.
pub(crate) enum ReadyConnection<'a, DB: Driver> {
    Plain(&'a mut DB::Connection, &'a DB::Backend),
    /// The statement runs to its end even if its future is dropped: the connection would not
    /// survive that, and a sandbox has no other.
    #[cfg(feature = "test")]
    Uninterrupted(&'a mut ActiveConnection<DB>),
}

impl<'a, DB: Driver> ReadyConnection<'a, DB> {
    pub(crate) fn fetch_many(
        self,
        statement: Statement<DB>,
    ) -> BoxStream<'a, Result<Step<DB>, sqlx::Error>> {
        match self {
            Self::Plain(connection, _) => DB::Execution::fetch_many(connection, statement),
            #[cfg(feature = "test")]
            Self::Uninterrupted(active) => uninterrupted::fetch_many(active, statement),
        }
    }

    pub(crate) fn fetch_optional(
        self,
        statement: Statement<DB>,
    ) -> BoxFuture<'a, Result<Option<DB::Row>, sqlx::Error>> {
        match self {
            Self::Plain(connection, _) => DB::Execution::fetch_optional(connection, statement),
            #[cfg(feature = "test")]
            Self::Uninterrupted(active) => {
                Uninterrupted::new(active, MayStop::ByRollback, |connection, _| {
                    DB::Execution::fetch_optional(connection, statement)
                })
                .boxed()
            }
        }
    }

    pub(crate) fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, sqlx::Error>>
    where
        'a: 'e,
    {
        match self {
            Self::Plain(connection, _) => DB::Execution::prepare_with(connection, sql, parameters),
            #[cfg(feature = "test")]
            Self::Uninterrupted(active) => {
                let parameters = parameters.to_vec();
                Uninterrupted::new(active, MayStop::ByRollback, |connection, _| {
                    async move { DB::Execution::prepare_with(connection, sql, &parameters).await }
                        .boxed()
                })
                .boxed()
            }
        }
    }

    pub(crate) fn describe(self, sql: SqlStr) -> BoxFuture<'a, Result<Describe<DB>, sqlx::Error>> {
        match self {
            Self::Plain(connection, _) => DB::Execution::describe(connection, sql),
            #[cfg(feature = "test")]
            Self::Uninterrupted(active) => {
                Uninterrupted::new(active, MayStop::ByRollback, |connection, _| {
                    DB::Execution::describe(connection, sql)
                })
                .boxed()
            }
        }
    }

    /// Runs statements of this crate.
    pub(crate) fn run(self, sql: SqlStr) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        match self {
            Self::Plain(connection, _) => Box::pin(DB::Execution::run(connection, sql)),
            #[cfg(feature = "test")]
            Self::Uninterrupted(active) => {
                Uninterrupted::new(active, MayStop::Never, |connection, _| {
                    DB::Execution::run(connection, sql).boxed()
                })
                .boxed()
            }
        }
    }

    /// Asks whether the transaction is still open.
    pub(crate) async fn check_open(self) -> OpenCheck {
        match self {
            Self::Plain(connection, backend) => backend.check_open(connection).await,
            #[cfg(feature = "test")]
            Self::Uninterrupted(active) => uninterrupted::check_open(active).await,
        }
    }
}
