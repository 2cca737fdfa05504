//! Work on a connection that runs to its end even if its future is dropped, because that would
//! leave the connection in an unknown protocol state, and a sandbox has no other connection. The
//! work goes on in the background, and the transaction then has its connection back.
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

/// How long a statement may go on that stands in the way of a rollback, before the server is told
/// to stop it; and told again.
const GRACE: Duration = Duration::from_millis(50);

/// A connection, and what its driver knows of the transaction on it.
pub(crate) struct ConnectionState<DB: Driver> {
    connection: Connection<DB>,
    backend: DB::Backend,
}

/// Ends with the connection that it had, and its outcome.
type Work<DB, T> = BoxFuture<'static, (ConnectionState<DB>, Result<T, sqlx::Error>)>;
type Returning<DB> = oneshot::Receiver<ConnectionState<DB>>;

/// Work in the background that has the connection.
pub(crate) struct DetachedWork<DB: Driver> {
    state: Returning<DB>,
    interruption: Option<Interruption>,
}

/// Whether work may be stopped whose future was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MayStop {
    /// It is ours, and short.
    Never,
    ByRollback,
}

/// Work that has the connection of a transaction for as long as it lasts.
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
        // Without a receiver, the transaction was given up: the connection is closed.
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

    /// Waits for what nobody waited for any more. From a runtime that has ended, no connection
    /// comes.
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

    /// The same for a rollback, which brings about the end of a statement that takes long. Not to
    /// be dropped half-way.
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

/// Stops the statement, and again for as long as it takes: one that is prepared first is two for
/// the server.
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
        // Both are waited for: what the server has not answered could still hit another statement.
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
    let _ = DB::Execution::run(state.connection.get()?, absorb).await;
    Some(state)
}

/// The steps of a statement. One waits for the consumer, and one more for its place: no stream is
/// read further ahead.
pub(crate) fn fetch_many<DB: Driver>(
    active: &mut ActiveConnection<DB>,
    statement: Statement<DB>,
) -> BoxStream<'_, Result<Step<DB>, sqlx::Error>> {
    let (outlet, mut steps) = mpsc::channel(1);
    let mut work = Uninterrupted::new(active, MayStop::ByRollback, move |connection, _| {
        let mut fetched = DB::Execution::fetch_many(connection, statement);
        let work = async move {
            while let Some(step) = fetched.next().await {
                // Read to its end, also where no receiver is left.
                let _ = outlet.send(step).await;
            }
            Ok(())
        };
        work.boxed()
    });
    let next = move |context: &mut Context<'_>| match work.poll_unpin(context) {
        Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
        // After its end it is pending.
        Poll::Ready(Ok(())) | Poll::Pending => steps.poll_recv(context),
    };
    stream::poll_fn(next).boxed()
}

/// BEGIN of a transaction in a sandbox. If it was dropped half-way, a rollback would not know
/// whether to roll back to its savepoint or to the sandbox's.
pub(crate) async fn begin<DB: Driver>(
    active: &mut ActiveConnection<DB>,
    opening: &BeginOptions,
) -> Result<BeginOutcome, sqlx::Error> {
    let opening = opening.clone();
    Uninterrupted::new(active, MayStop::Never, |connection, backend| {
        async move { backend.begin(connection, &opening, None).await }.boxed()
    })
    .boxed()
    .await
}

pub(crate) async fn begin_again<DB: Driver>(
    active: &mut ActiveConnection<DB>,
    opening: &BeginOptions,
) -> Result<(), sqlx::Error> {
    let opening = opening.clone();
    Uninterrupted::new(active, MayStop::Never, |connection, backend| {
        async move { backend.begin_again(connection, &opening).await }.boxed()
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
