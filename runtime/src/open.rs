//! From a pool to an open transaction. BEGIN is the ping: a connection that turns out to be dead is replaced, and nobody hears of it.
use std::{
    io,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use sqlx::{Pool, pool::PoolConnection};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep},
};

use crate::{
    class::Class,
    db::Call,
    driver::{Backend, Driver, Opening},
    held::{self, SecondTransactions},
    transaction::Transaction,
};

/// Between two tries to get a connection from a server that has just refused one.
const PAUSE: Duration = Duration::from_millis(10);

/// On whose behalf a transaction is begun.
pub(crate) struct Caller<'c, DB: Driver> {
    pub(crate) name: &'static str,
    pub(crate) second: SecondTransactions,
    /// Where it is counted; not on a plain pool.
    pub(crate) call: Option<&'c Call<DB>>,
    /// Where the time for a connection is counted, in nanoseconds, if anybody listens.
    pub(crate) waited: Option<&'c AtomicU64>,
}

/// Acquires a connection and begins a transaction on it.
///
/// # Errors
/// The last error of acquiring or of BEGIN, after every pooled connection has been tried; nothing is left open.
pub(crate) async fn open<DB: Driver>(pool: &Pool<DB>, opening: &Opening, caller: &Caller<'_, DB>) -> Result<Transaction<DB>, sqlx::Error> {
    let name = caller.name;
    let runtime = Handle::try_current()
        .map_err(|_| sqlx::Error::Configuration("a transaction needs a tokio runtime: call the function inside of one".into()))?;
    held::check(pool, opening.writes, caller.second, name)?;
    let mut replacements = pool.options().get_max_connections() + 1;
    loop {
        let mut transaction = Transaction::new(acquire(pool, caller).await?, pool.clone(), runtime.clone(), caller);
        let Err(error) = transaction.begin(opening).await else { return Ok(transaction) };
        // Also one that answers something else: it is still busy with what somebody left half-way.
        let lost = Class::of_sqlx(&error) == Class::Connection || matches!(error, sqlx::Error::Protocol(_));
        let inherited = DB::Backend::is_inherited(&error);
        if lost {
            drop(transaction.discard());
        } else {
            transaction.roll_back().await;
        }
        replacements -= 1;
        if replacements == 0 || !(lost || inherited) {
            return Err(error);
        }
        if inherited {
            tracing::warn!(transaction = name, "a pooled connection was inside a transaction that somebody had left open: rolled back");
        }
    }
}

/// A connection from the pool. Nothing has run yet, so a server that is just restarting is waited for as long as the pool would wait;
/// the pool itself does so for a refused connection only.
async fn acquire<DB: Driver>(pool: &Pool<DB>, caller: &Caller<'_, DB>) -> Result<PoolConnection<DB>, sqlx::Error> {
    let _waiting = caller.call.and_then(|call| call.waits_for(pool));
    let asked = Instant::now();
    let patience = pool.options().get_acquire_timeout();
    let acquired = loop {
        match pool.acquire().await {
            Err(error) if is_restart(&error) && asked.elapsed() < patience => sleep(PAUSE).await,
            acquired => break acquired,
        }
    };
    if let Some(waited) = caller.waited {
        waited.fetch_add(u64::try_from(asked.elapsed().as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }
    acquired
}

/// Hung up on while connecting. Not an unknown host or a failed handshake: those fail again.
fn is_restart(error: &sqlx::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};

    match error {
        sqlx::Error::Io(error) => matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof),
        sqlx::Error::Database(_) => Class::of_sqlx(error) == Class::Connection,
        _ => false,
    }
}
