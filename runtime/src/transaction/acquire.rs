//! A connection from a pool: with the error of setting it up, counted, and where it belongs.
use std::{
    cell::Cell, future::poll_fn, io, pin::pin, sync::atomic::Ordering::Relaxed, task::Poll,
    time::Duration,
};

use sqlx::{Pool, pool::PoolConnection};
use tokio::time::{Instant, sleep};

use crate::{
    driver::Driver,
    error::class::Class,
    transaction::{begin::BeginRequest, connection::Connection},
};

/// Between two tries to get a connection from a server that has just refused one.
const PAUSE: Duration = Duration::from_millis(10);

tokio::task_local! {
    /// Why the connection that this task is waiting for could not be set up.
    static FAILURE: Cell<Option<sqlx::Error>>;
}

/// A connection from the pool. Nothing has run yet, so a server that is just restarting is waited
/// for as long as the pool would wait; the pool itself does so for a refused connection only.
pub(crate) async fn acquire<DB: Driver>(
    pool: &Pool<DB>,
    caller: &BeginRequest<'_, DB>,
) -> Result<Connection<DB>, sqlx::Error> {
    let _waiting = caller.call.and_then(|call| call.waits_for(pool));
    let asked = Instant::now();
    let patience = pool.options().get_acquire_timeout();
    let acquired = loop {
        match caller.runtime.connection(|| from_pool(pool)).await {
            Err(error) if is_restart(&error) && asked.elapsed() < patience => sleep(PAUSE).await,
            acquired => break acquired,
        }
    };
    if let Some(waited) = caller.waited {
        waited.fetch_add(
            u64::try_from(asked.elapsed().as_nanos()).unwrap_or(u64::MAX),
            Relaxed,
        );
    }
    acquired
}

/// Hung up on while connecting. Not an unknown host or a failed handshake: those fail again.
fn is_restart(error: &sqlx::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};

    match error {
        sqlx::Error::Io(error) => matches!(
            error.kind(),
            BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
        ),
        sqlx::Error::Database(_) => Class::of_sqlx(error) == Class::Connection,
        _ => false,
    }
}

/// Leaves the error for the task that waits in [`from_pool`]; the pool gets its text, for the log.
pub(crate) fn report(error: sqlx::Error) -> sqlx::Error {
    let text = format!("a new connection could not be set up: {error}");
    // Nobody waits where the pool keeps up its `min_connections`.
    let _ = FAILURE.try_with(|failure| failure.set(Some(error)));
    sqlx::Error::Configuration(text.into())
}

/// A connection of the pool, or the error of setting up a new one: the pool itself would log it,
/// try again until its timeout, and then say only that this has passed.
pub(crate) fn from_pool<DB: Driver>(
    pool: &Pool<DB>,
) -> impl Future<Output = Result<PoolConnection<DB>, sqlx::Error>> + Send + 'static + use<DB> {
    let pool = pool.clone();
    let acquired = async move {
        let mut acquiring = pin!(pool.acquire());
        let acquired = poll_fn(|context| {
            let polled = acquiring.as_mut().poll(context);
            match FAILURE.with(Cell::take) {
                Some(error) if !matches!(polled, Poll::Ready(Ok(_))) => Poll::Ready(Err(error)),
                _ => polled,
            }
        });
        acquired.await
    };
    FAILURE.scope(Cell::new(None), acquired)
}
