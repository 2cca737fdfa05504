//! Work on a connection that runs to its end even if its future is dropped. Dropping it would leave
//! the connection in an unknown protocol state, and a sandbox has no other connection. The work
//! goes on in the background, and the transaction gets its connection back afterwards.
use std::{
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::{future::BoxFuture, stream::BoxStream};
use futures_util::{FutureExt, StreamExt, future::join, stream};
use sqlx::Pool;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    driver::{
        Backend, Driver, Step,
        begin::{BeginOptions, BeginOutcome},
        effect::OpenCheck,
        execution::Execution,
        statement::Statement,
        testing::{
            fault::Fault,
            sandbox::{Interruption, Sandboxing},
        },
    },
    error::Error,
    transaction::{
        active::ActiveConnection, background::spawn, connection::Connection, other_connection,
    },
};

/// How long a cancelled statement may delay a rollback before the server is told to stop it. The
/// server is told again after the same time.
const GRACE: Duration = Duration::from_millis(50);

/// A connection, and what its driver knows of the transaction on it.
pub(crate) struct ConnectionState<DB: Driver> {
    connection: Connection<DB>,
    backend: DB::Backend,
}

/// Resolves to the connection that the work owned, and to its outcome.
type Work<DB, T> = BoxFuture<'static, (ConnectionState<DB>, Result<T, sqlx::Error>)>;
type Returning<DB> = oneshot::Receiver<ConnectionState<DB>>;

/// Work in the background that owns the connection.
pub(crate) struct DetachedWork<DB: Driver> {
    state: Returning<DB>,
    interruption: Option<Interruption>,
}

/// Whether the server may be told to stop work after its future was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MayStop {
    /// It is of this crate, and short.
    Never,
    ByRollback,
}

/// Work that owns the connection of a transaction until its end.
pub(crate) struct Uninterrupted<'o, DB: Driver, T: Send + 'static> {
    active: &'o mut ActiveConnection<DB>,
    work: Option<Work<DB, T>>,
    interruption: Option<Interruption>,
}

impl<'o, DB: Driver, T: Send + 'static> Uninterrupted<'o, DB, T> {
    pub(crate) fn new<F>(active: &'o mut ActiveConnection<DB>, stop: MayStop, work: F) -> Self
    where
        F: for<'c> FnOnce(
                &'c mut DB::Connection,
                &'c mut DB::Backend,
            ) -> BoxFuture<'c, Result<T, sqlx::Error>>
            + Send
            + 'static,
    {
        let interruption = if stop == MayStop::ByRollback {
            active.backend.interruption()
        } else {
            None
        };
        // Moved into the work, which may outlive the borrow of `active`.
        let mut state = ConnectionState {
            connection: active.connection.take(),
            backend: mem::take(&mut active.backend),
        };
        let work = async move {
            let ConnectionState {
                connection,
                backend,
            } = &mut state;
            let outcome = match connection.get() {
                Some(connection) => work(connection, backend).await,
                None => Err(Error::Poisoned.into()),
            };
            (state, outcome)
        };
        Self {
            active,
            work: Some(work.boxed()),
            interruption,
        }
    }
}

impl<DB: Driver, T: Send + 'static> Future for Uninterrupted<'_, DB, T> {
    type Output = Result<T, sqlx::Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        let (state, outcome) = ready!(work.as_mut().poll(context));
        self.work = None;
        self.active.take_back(state);
        Poll::Ready(outcome)
    }
}

impl<DB: Driver, T: Send + 'static> Drop for Uninterrupted<'_, DB, T> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        let (returning, state) = oneshot::channel();
        self.active.detached = Some(Box::new(DetachedWork {
            state,
            interruption: self.interruption.take(),
        }));
        // If the receiver is gone, the transaction was given up: the connection is dropped, and so
        // closed.
        spawn(
            &self.active.runtime(),
            work.map(|(state, _)| drop(returning.send(state))).boxed(),
        );
    }
}

impl<DB: Driver> ActiveConnection<DB> {
    fn take_back(&mut self, state: ConnectionState<DB>) {
        (self.connection, self.backend) = (state.connection, state.backend);
    }

    /// Waits for detached work and takes its connection back. If the runtime of the work has ended,
    /// there is none to take.
    pub(crate) async fn reattach(&mut self) {
        let Some(detached) = &mut self.detached else {
            return;
        };
        let state = (&mut detached.state).await;
        self.detached = None;
        if let Ok(state) = state {
            self.take_back(state);
        }
    }

    /// Takes the connection back for a rollback, and has a statement that takes long stopped.
    ///
    /// # Cancellation
    /// It must not be dropped half-way, because the connection would be lost.
    pub(crate) async fn reattach_for_rollback(&mut self) {
        let Some(detached) = self.detached.take() else {
            return;
        };
        let DetachedWork {
            state,
            interruption,
        } = *detached;
        let state = match interruption {
            Some(interruption) => interrupt(state, interruption, &self.pool).await,
            None => state.await.ok(),
        };
        if let Some(state) = state {
            self.take_back(state);
        }
    }
}

/// Stops the statement, and again until it has ended: one that is prepared first is two statements
/// for the server.
async fn interrupt<DB: Driver>(
    mut returning: Returning<DB>,
    interruption: Interruption,
    pool: &Pool<DB>,
) -> Option<ConnectionState<DB>> {
    let Interruption { stop, absorb } = interruption;
    if let Ok(state) = timeout(GRACE, &mut returning).await {
        return state.ok();
    }
    let mut state = loop {
        // The answer to the stop is awaited too: one that the server has not answered could stop a
        // later statement.
        let (stopped, came) = join(
            other_connection::run(pool, stop.clone()),
            timeout(GRACE, &mut returning),
        )
        .await;
        if let Err(error) = stopped {
            tracing::debug!(%error, "could not stop a cancelled statement in a sandbox");
        }
        if let Ok(state) = came {
            break state.ok()?;
        }
    };
    // The stop may have found nothing to stop. This statement takes it, so that it cannot hit the
    // next one.
    let _ = DB::Execution::run(state.connection.get()?, absorb).await;
    Some(state)
}

/// Streams the steps of a statement. One step waits in the channel and one more to be sent, so the
/// stream is not read further ahead.
pub(crate) fn fetch_many<DB: Driver>(
    active: &mut ActiveConnection<DB>,
    statement: Statement<DB>,
) -> BoxStream<'_, Result<Step<DB>, sqlx::Error>> {
    let (outlet, mut steps) = mpsc::channel(1);
    let mut work = Uninterrupted::new(active, MayStop::ByRollback, move |connection, _| {
        let mut fetched = DB::Execution::fetch_many(connection, statement);
        let work = async move {
            while let Some(step) = fetched.next().await {
                // Without a receiver the rest is read too, so that the connection stays in step.
                let _ = outlet.send(step).await;
            }
            Ok(())
        };
        work.boxed()
    });
    let next = move |context: &mut Context<'_>| match work.poll_unpin(context) {
        Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
        // `work` is pending after its end, while the channel still holds the last step.
        Poll::Ready(Ok(())) | Poll::Pending => steps.poll_recv(context),
    };
    stream::poll_fn(next).boxed()
}

/// Sends BEGIN in a sandbox, to its end. After half of it a rollback would not know whether to roll
/// back to the savepoint of the transaction or to that of the sandbox.
pub(crate) async fn begin<DB: Driver>(
    active: &mut ActiveConnection<DB>,
    options: &BeginOptions,
) -> Result<BeginOutcome, sqlx::Error> {
    let options = options.clone();
    Uninterrupted::new(active, MayStop::Never, |connection, backend| {
        async move { backend.begin(connection, &options, None).await }.boxed()
    })
    .boxed()
    .await
}

pub(crate) async fn begin_again<DB: Driver>(
    active: &mut ActiveConnection<DB>,
    options: &BeginOptions,
) -> Result<(), sqlx::Error> {
    let options = options.clone();
    Uninterrupted::new(active, MayStop::Never, |connection, backend| {
        async move { backend.begin_again(connection, &options).await }.boxed()
    })
    .boxed()
    .await
}

pub(crate) async fn check_open<DB: Driver>(active: &mut ActiveConnection<DB>) -> OpenCheck {
    let asked = Uninterrupted::new(active, MayStop::Never, |connection, backend| {
        backend.check_open(connection).map(Ok).boxed()
    });
    asked.boxed().await.unwrap_or(OpenCheck::Ended)
}

/// Makes the database report `fault` on the connection.
pub(crate) async fn provoke<DB: Driver>(
    active: &mut ActiveConnection<DB>,
    fault: Fault,
) -> sqlx::Error {
    active.reattach().await;
    if active.rules().breaks_when_cancelled() {
        let provoked = Uninterrupted::new(active, MayStop::Never, move |connection, backend| {
            backend.provoke(connection, fault).map(Ok).boxed()
        });
        return provoked.boxed().await.unwrap_or_else(|error| error);
    }
    match active.connection.get() {
        Some(connection) => active.backend.provoke(connection, fault).await,
        None => Error::Poisoned.into(),
    }
}
