//! Begins a transaction on a pool. BEGIN is also the ping: if a pooled connection turns out to be
//! dead, it is replaced, and the caller sees no error. Which pool is used is decided in `db`.
use std::time::Duration;
use std::{io, sync::atomic::AtomicU64};

use sqlx::Pool;
use tokio::time::timeout;

use crate::{
    driver::{
        Backend, Driver,
        begin::{BeginOptions, BeginOutcome},
        position::Token,
    },
    error::class::Class,
    transaction::{
        BEGIN, Transaction,
        acquire::acquire,
        gate::Call,
        runtime::DbRuntime,
        task::{self, SecondTransactions},
    },
};

/// What the call that begins a transaction asks for, and where it is counted.
pub(crate) struct BeginRequest<'c, DB: Driver> {
    pub(crate) name: &'static str,
    pub(crate) second: SecondTransactions,
    /// The runtime that opens the connection.
    pub(crate) runtime: &'c DbRuntime,
    /// Counts the transaction for `Db::close`. `None` on a plain pool.
    pub(crate) call: Option<&'c Call<DB>>,
    /// Adds up the time spent on acquiring a connection, in nanoseconds. `None` if it is not
    /// traced.
    pub(crate) waited: Option<&'c AtomicU64>,
    /// How long the server may take to answer COMMIT.
    pub(crate) commit_timeout: Duration,
}

impl<'c, DB: Driver> BeginRequest<'c, DB> {
    /// A request of this crate itself, which is not counted as a call.
    pub(crate) const fn internal(name: &'static str, runtime: &'c DbRuntime) -> Self {
        Self {
            name,
            second: SecondTransactions::Allow,
            runtime,
            call: None,
            waited: None,
            commit_timeout: Duration::ZERO,
        }
    }
}

/// Acquires a connection and begins a transaction on it. With `after`, the transaction sees the
/// commits up to that position only if the outcome is [`BeginOutcome::Ready`].
///
/// # Errors
/// - The task may not begin a second transaction ([`task::check`]).
/// - BEGIN or acquiring failed. After a lost connection or a transaction that was already open on
///   it, up to `max_connections + 1` connections are tried, and the last error is returned.
///
/// No transaction is left open.
pub(crate) async fn open<DB: Driver>(
    pool: &Pool<DB>,
    options: &BeginOptions,
    after: Option<&Token>,
    request: &BeginRequest<'_, DB>,
) -> Result<(Transaction<DB>, BeginOutcome), sqlx::Error> {
    let name = request.name;
    // Checked before a connection is acquired, because that is where the call would wait.
    task::check(pool, options.writes, request.second, name)?;
    // All pooled connections can be dead, for example after a restart of the server. One more
    // attempt then opens a new connection.
    let mut replacements = pool.options().get_max_connections() + 1;
    loop {
        let mut transaction =
            Transaction::new(acquire(pool, request).await?, pool.clone(), request);
        let (inherited, error) = match transaction.begin(options, after).await {
            Ok(BeginOutcome::Inherited) => (
                true,
                sqlx::Error::Protocol("the connection was inside a transaction".into()),
            ),
            Ok(opened) => return Ok((transaction, opened)),
            Err(error) => ((transaction.rules().is_inherited)(&error), error),
        };
        let lost = !inherited && is_lost(&error);
        if lost {
            // Closed without ROLLBACK, which would not be answered.
            drop(transaction.discard());
        } else {
            transaction.roll_back().await;
        }
        replacements -= 1;
        if replacements == 0 || !(lost || inherited) {
            return Err(error);
        }
        if inherited {
            tracing::warn!(
                transaction = name,
                "a pooled connection was already inside a transaction, which was rolled back"
            );
        }
    }
}

/// Asks for the current commit position on a pooled connection. The server has 1 s to answer, as
/// for BEGIN. A dead connection is replaced.
///
/// # Errors
/// The last error of acquiring or of asking.
pub(crate) async fn position<DB: Driver>(
    pool: &Pool<DB>,
    runtime: &DbRuntime,
) -> Result<Token, sqlx::Error> {
    let mut replacements = pool.options().get_max_connections();
    loop {
        let mut connection = acquire(pool, &BeginRequest::internal("a position", runtime)).await?;
        let Some(asked) = connection.get() else {
            return Err(sqlx::Error::PoolClosed);
        };
        let answer = timeout(BEGIN, DB::Backend::of(asked).position(asked)).await;
        match answer.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()))) {
            // `connection` is dropped at the end of the loop, which closes it.
            Err(error) if is_lost(&error) && replacements > 0 => replacements -= 1,
            Err(error) if is_lost(&error) => return Err(error),
            answer => {
                connection.give_back();
                return answer;
            }
        }
    }
}

/// Whether the connection is unusable. A protocol error counts too: the connection still sends the
/// answer to a statement that was cancelled earlier.
fn is_lost(error: &sqlx::Error) -> bool {
    Class::of_sqlx(error) == Class::Connection || matches!(error, sqlx::Error::Protocol(_))
}
