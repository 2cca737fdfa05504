//! Work on a connection that would be out of step, or in nobody knows what, if it was dropped
//! half-way: when nobody waits for it any more, it goes on in the background, and the transaction
//! has its connection back when it has ended. For a sandbox, which has no other connection.
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
        statement::Statement,
        testing::sandbox::{Interruption, Sandboxing},
    },
    error::Error,
    transaction::{
        background::spawn, connection::Connection, open::Open, other_connection::run_elsewhere,
    },
};

/// How long a statement may go on that stands in the way of a rollback, before the server is told
/// to stop it; and told again.
const GRACE: Duration = Duration::from_millis(50);

/// A connection, and what its driver knows of the transaction on it.
pub(crate) struct Link<DB: Driver> {
    connection: Connection<DB>,
    backend: DB::Backend,
}

/// Ends with the connection that it had, and its outcome.
type Work<DB, T> = BoxFuture<'static, (Link<DB>, Result<T, sqlx::Error>)>;
type Coming<DB> = oneshot::Receiver<Link<DB>>;

/// Where a connection comes home from.
pub(crate) struct Away<DB: Driver> {
    link: Coming<DB>,
    interruption: Option<Interruption>,
}

/// Whether work may be stopped that nobody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It is ours, and short.
    Never,
    ByRollback,
}

/// Has the connection of a transaction for as long as it lasts, and is polled by whoever waits for
/// it.
pub(crate) struct Unbroken<'o, DB: Driver, T: Send + 'static> {
    open: &'o mut Open<DB>,
    work: Option<Work<DB, T>>,
    interruption: Option<Interruption>,
}

impl<'o, DB: Driver, T: Send + 'static> Unbroken<'o, DB, T> {
    pub(crate) fn new<F>(open: &'o mut Open<DB>, stop: Stop, work: F) -> Self
    where
        F: for<'c> FnOnce(
                &'c mut DB::Connection,
                &'c mut DB::Backend,
            ) -> BoxFuture<'c, Result<T, sqlx::Error>>
            + Send
            + 'static,
    {
        let interruption = if stop == Stop::ByRollback {
            open.backend.interruption()
        } else {
            None
        };
        let mut link = Link {
            connection: open.connection.take(),
            backend: mem::take(&mut open.backend),
        };
        let work = async move {
            let Link {
                connection,
                backend,
            } = &mut link;
            let outcome = match connection.get() {
                Some(connection) => work(connection, backend).await,
                None => Err(Error::Poisoned.into()),
            };
            (link, outcome)
        };
        Self {
            open,
            work: Some(work.boxed()),
            interruption,
        }
    }
}

impl<DB: Driver, T: Send + 'static> Future for Unbroken<'_, DB, T> {
    type Output = Result<T, sqlx::Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        let (link, outcome) = ready!(work.as_mut().poll(context));
        self.work = None;
        self.open.take_back(link);
        Poll::Ready(outcome)
    }
}

impl<DB: Driver, T: Send + 'static> Drop for Unbroken<'_, DB, T> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        let (home, link) = oneshot::channel();
        self.open.away = Some(Box::new(Away {
            link,
            interruption: self.interruption.take(),
        }));
        // Nobody takes it if the transaction was given up: then it is closed.
        spawn(
            &self.open.runtime(),
            work.map(|(link, _)| drop(home.send(link))).boxed(),
        );
    }
}

impl<DB: Driver> Open<DB> {
    fn take_back(&mut self, link: Link<DB>) {
        (self.connection, self.backend) = (link.connection, link.backend);
    }

    /// Waits for what nobody waited for any more. From a runtime that has ended, no connection
    /// comes.
    pub(crate) async fn come_home(&mut self) {
        let Some(away) = &mut self.away else { return };
        let link = (&mut away.link).await;
        self.away = None;
        if let Ok(link) = link {
            self.take_back(link);
        }
    }

    /// The same for a rollback, which brings about the end of a statement that takes long. Not to
    /// be dropped half-way.
    pub(crate) async fn call_home(&mut self) {
        let Some(away) = self.away.take() else { return };
        let Away { link, interruption } = *away;
        let link = match interruption {
            Some(interruption) => interrupt(link, interruption, &self.pool).await,
            None => link.await.ok(),
        };
        if let Some(link) = link {
            self.take_back(link);
        }
    }
}

/// Stops the statement, and again for as long as it takes: one that is prepared first is two for
/// the server.
async fn interrupt<DB: Driver>(
    mut home: Coming<DB>,
    interruption: Interruption,
    pool: &Pool<DB>,
) -> Option<Link<DB>> {
    let Interruption { stop, absorb } = interruption;
    if let Ok(link) = timeout(GRACE, &mut home).await {
        return link.ok();
    }
    let mut link = loop {
        // Both are waited for: what the server has not answered could still hit another statement.
        let (stopped, came) =
            join(run_elsewhere(pool, stop.clone()), timeout(GRACE, &mut home)).await;
        if let Err(error) = stopped {
            tracing::debug!(%error, "could not stop a cancelled statement in a sandbox");
        }
        if let Ok(link) = came {
            break link.ok()?;
        }
    };
    let _ = DB::Backend::run(link.connection.get()?, absorb).await;
    Some(link)
}

/// The steps of a statement. One waits for the consumer, and one more for its place: no stream is
/// read further ahead.
pub(crate) fn fetch_many<DB: Driver>(
    open: &mut Open<DB>,
    statement: Statement<DB>,
) -> BoxStream<'_, Result<Step<DB>, sqlx::Error>> {
    let (outlet, mut steps) = mpsc::channel(1);
    let mut work = Unbroken::new(open, Stop::ByRollback, move |connection, _| {
        let mut fetched = DB::Backend::fetch_many(connection, statement);
        let work = async move {
            while let Some(step) = fetched.next().await {
                // Read to its end, also where nobody takes it.
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
