//! Work on a connection that would be out of step if it was dropped half-way: when nobody waits for it any more, it goes on in the background
//! until the connection can be talked to. A sandbox has no other one.
use std::{
    future::Future,
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

use super::open::Open;
use crate::{
    connection::Connection,
    driver::{Backend, Driver, Interruption, Sandboxing, Statement, Step, run_elsewhere},
    error::Error,
    uncancelled::spawn,
};

/// How long a statement may go on that nobody waits for, before the server is told to stop it; and told again.
const GRACE: Duration = Duration::from_millis(50);

/// A connection, and what its driver knows of the transaction on it.
pub(super) struct Link<DB: Driver> {
    pub(super) connection: Connection<DB>,
    pub(super) backend: DB::Backend,
}

/// Who is to stop a statement that nobody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nobody: it is ours, and short.
    Never,
    Server,
}

/// Has the connection of a transaction for as long as it lasts, and is polled by whoever waits for it.
pub(super) struct Unbroken<'o, DB: Driver, T: Send + 'static> {
    open: &'o mut Open<DB>,
    work: Option<Work<DB, T>>,
    interruption: Option<Interruption>,
}

type Work<DB, T> = BoxFuture<'static, (Link<DB>, Result<T, sqlx::Error>)>;

impl<'o, DB: Driver, T: Send + 'static> Unbroken<'o, DB, T> {
    pub(super) fn new<F>(open: &'o mut Open<DB>, stop: Stop, work: F) -> Self
    where
        F: for<'c> FnOnce(&'c mut DB::Connection, &'c mut DB::Backend) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send + 'static,
    {
        let mut link = open.lend();
        let interruption = if stop == Stop::Server { link.backend.interruption() } else { None };
        let work = async move {
            let Link { connection, backend } = &mut link;
            let outcome = match connection.get() {
                Some(connection) => work(connection, backend).await,
                None => Err(Error::Poisoned.into()),
            };
            (link, outcome)
        };
        Self { open, work: Some(work.boxed()), interruption }
    }
}

impl<DB: Driver, T: Send + 'static> Future for Unbroken<'_, DB, T> {
    type Output = Result<T, sqlx::Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.work else { return Poll::Pending };
        let (link, outcome) = ready!(work.as_mut().poll(context));
        self.work = None;
        self.open.take_back(link);
        Poll::Ready(outcome)
    }
}

impl<DB: Driver, T: Send + 'static> Drop for Unbroken<'_, DB, T> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        let (interruption, pool) = (self.interruption.take(), self.open.pool().clone());
        let (home, away) = oneshot::channel();
        self.open.leave(away);
        let ended = async move {
            let link = match interruption {
                None => work.await.0,
                Some(interruption) => stop(work, interruption, &pool).await,
            };
            // To nobody: the transaction was given up, and its connection is closed.
            drop(home.send(link));
        };
        spawn(&self.open.runtime(), ended.boxed());
    }
}

/// Waits for the end of `work`, and brings it about if that takes long. A statement that is prepared first is two for the server, of which each
/// may have to be stopped.
async fn stop<DB: Driver, T>(mut work: Work<DB, T>, interruption: Interruption, pool: &Pool<DB>) -> Link<DB> {
    let Interruption { stop, absorb } = interruption;
    if let Ok((link, _)) = timeout(GRACE, &mut work).await {
        return link;
    }
    loop {
        // Both are waited for: what the server has not answered could still hit another statement.
        let (stopped, ended) = join(run_elsewhere(pool, stop.clone()), timeout(GRACE, &mut work)).await;
        if let Err(error) = stopped {
            tracing::debug!(%error, "could not stop a cancelled statement in a sandbox");
        }
        if let Ok((mut link, _)) = ended {
            if let Some(connection) = link.connection.get() {
                let _ = DB::Backend::run(connection, absorb).await;
            }
            return link;
        }
    }
}

/// The steps of a statement, of which no more than one is fetched ahead.
pub(super) fn fetch_many<DB: Driver>(open: &mut Open<DB>, statement: Statement<DB>) -> BoxStream<'_, Result<Step<DB>, sqlx::Error>> {
    let (outlet, mut steps) = mpsc::channel(1);
    let mut work = Unbroken::new(open, Stop::Server, move |connection, _| {
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
