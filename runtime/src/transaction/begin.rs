//! From a pool to an open transaction. BEGIN is the ping: a connection that turns out to be dead is
//! replaced, and nobody hears of it.
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

/// On whose behalf a transaction is begun.
pub(crate) struct BeginRequest<'c, DB: Driver> {
    pub(crate) name: &'static str,
    pub(crate) second: SecondTransactions,
    /// Where its connection belongs.
    pub(crate) runtime: &'c DbRuntime,
    /// Where it is counted; not on a plain pool.
    pub(crate) call: Option<&'c Call<DB>>,
    /// Where the time for a connection is counted, in nanoseconds, if anybody listens.
    pub(crate) waited: Option<&'c AtomicU64>,
    /// How long the answer to COMMIT is waited for.
    pub(crate) commit_timeout: Duration,
}

impl<'c, DB: Driver> BeginRequest<'c, DB> {
    /// Something of ours, which nobody counts.
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

/// Acquires a connection and begins a transaction on it, which sees what was committed until
/// `after`, if the answer is that it is ready.
///
/// # Errors
/// The last error of acquiring or of BEGIN, after every pooled connection has been tried; nothing
/// is left open.
pub(crate) async fn open<DB: Driver>(
    pool: &Pool<DB>,
    opening: &BeginOptions,
    after: Option<&Token>,
    caller: &BeginRequest<'_, DB>,
) -> Result<(Transaction<DB>, BeginOutcome), sqlx::Error> {
    let name = caller.name;
    task::check(pool, opening.writes, caller.second, name)?;
    let mut replacements = pool.options().get_max_connections() + 1;
    loop {
        let mut transaction = Transaction::new(acquire(pool, caller).await?, pool.clone(), caller);
        let (inherited, error) = match transaction.begin(opening, after).await {
            Ok(BeginOutcome::Inherited) => (
                true,
                sqlx::Error::Protocol("the connection was inside a transaction".into()),
            ),
            Ok(opened) => return Ok((transaction, opened)),
            Err(error) => ((transaction.rules().is_inherited)(&error), error),
        };
        let lost = !inherited && is_lost(&error);
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
            tracing::warn!(
                transaction = name,
                "a pooled connection was inside a transaction that somebody had left open: rolled back"
            );
        }
    }
}

/// What was committed until now, asked on a pooled connection within the time that BEGIN has; dead
/// ones are replaced.
///
/// # Errors
/// The last one of acquiring or of asking.
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
            Err(error) if is_lost(&error) && replacements > 0 => replacements -= 1,
            Err(error) if is_lost(&error) => return Err(error),
            answer => {
                connection.give_back();
                return answer;
            }
        }
    }
}

/// Also one that answers something else: it is still busy with what somebody left half-way.
fn is_lost(error: &sqlx::Error) -> bool {
    Class::of_sqlx(error) == Class::Connection || matches!(error, sqlx::Error::Protocol(_))
}
