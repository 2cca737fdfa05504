//! Acquires a connection from a pool: waits out a restart of the server, counts the time, and
//! returns the error of `on_connect`. Which runtime opens the connection is decided in `runtime`.
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

/// The pause between two attempts to get a connection from a server that has just refused one.
const PAUSE: Duration = Duration::from_millis(10);

tokio::task_local! {
    /// Why the connection that this task waits for could not be set up.
    static FAILURE: Cell<Option<sqlx::Error>>;
}

/// Acquires a connection from the pool. Nothing has run yet, so an error that a restart of the
/// server explains is retried until the pool's acquire timeout. The pool itself retries only a
/// refused connection.
///
/// # Errors
/// The last error of the pool, or of setting up a new connection.
pub(crate) async fn acquire<DB: Driver>(
    pool: &Pool<DB>,
    request: &BeginRequest<'_, DB>,
) -> Result<Connection<DB>, sqlx::Error> {
    let _waiting = request.call.and_then(|call| call.waits_for(pool));
    let asked = Instant::now();
    let acquire_timeout = pool.options().get_acquire_timeout();
    let acquired = loop {
        match request.runtime.connection(pool, || from_pool(pool)).await {
            Err(error) if is_restart(&error) && asked.elapsed() < acquire_timeout => {
                sleep(PAUSE).await;
            }
            acquired => break acquired,
        }
    };
    if let Some(waited) = request.waited {
        waited.fetch_add(
            u64::try_from(asked.elapsed().as_nanos()).unwrap_or(u64::MAX),
            Relaxed,
        );
    }
    acquired
}

/// Whether the server closed the connection while it was being opened, as it does during a restart.
/// Not an unknown host or a failed handshake: another attempt would fail in the same way.
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

/// Stores the error for the task that waits in [`from_pool`]. The pool gets only the text, which it
/// logs.
pub(crate) fn report(error: sqlx::Error) -> sqlx::Error {
    let text = format!("a new connection could not be set up: {error}");
    // No task waits if the pool opens the connection by itself, to keep up `min_connections`.
    let _ = FAILURE.try_with(|failure| failure.set(Some(error)));
    sqlx::Error::Configuration(text.into())
}

/// Returns a connection of the pool, or the error of setting up a new one. The pool itself would
/// log that error, retry until its acquire timeout, and then report only the timeout.
pub(crate) fn from_pool<DB: Driver>(
    pool: &Pool<DB>,
) -> impl Future<Output = Result<PoolConnection<DB>, sqlx::Error>> + Send + 'static + use<DB> {
    let pool = pool.clone();
    let acquired = async move {
        let mut acquiring = pin!(pool.acquire());
        let acquired = poll_fn(|context| {
            let polled = acquiring.as_mut().poll(context);
            // The pool runs `after_connect` inside of this poll, so `report` has stored its error
            // by now.
            match FAILURE.with(Cell::take) {
                Some(error) if !matches!(polled, Poll::Ready(Ok(_))) => Poll::Ready(Err(error)),
                _ => polled,
            }
        });
        acquired.await
    };
    FAILURE.scope(Cell::new(None), acquired)
}
