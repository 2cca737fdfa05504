//! The transaction that encloses a sandbox, and how the transactions of a test begin inside of it.
//! The public `Sandbox` is in `testing`; the SQL of its savepoints is in the drivers.
pub(crate) mod observed;
pub(crate) mod record;
pub(crate) mod uninterrupted;

use std::sync::Arc;

use sqlx::{Pool, SqlStr};
use tokio::runtime::Handle;

use crate::{
    driver::{Backend, Driver, begin::BeginOptions, effect::OpenCheck, execution::Execution},
    mode::Isolation,
    sql::Dialect,
    transaction::{
        Transaction,
        background::Uncancelled,
        begin::BeginRequest,
        connection::Connection,
        sandbox::{observed::Observed, record::Record},
        task,
    },
};

const HELD: &str = "this task already has a transaction open in the sandbox, which has one connection: pass the session to join it, or test \
                    this with a database of its own";

const LOST: &str = "its connection was lost or had to be closed, and its transaction with it; on MySQL, a deadlock with another \
                    transaction does that, and a statement that is cancelled on `session.connection()` or on the pool itself";

/// What a sandbox knows of the transaction that encloses it.
pub(crate) struct EnclosingTransaction<DB: Driver> {
    /// Opens other connections to the database, because the sandbox has only one.
    outside: Pool<DB>,
    isolation: Isolation,
    dialect: Dialect,
    /// Whether sqlx does not know that the connection is inside a transaction.
    borrowed: bool,
    record: Arc<Record>,
}

impl<DB: Driver> EnclosingTransaction<DB> {
    pub(crate) fn new(
        outside: Pool<DB>,
        isolation: Isolation,
        dialect: Dialect,
        borrowed: bool,
        record: Arc<Record>,
    ) -> Self {
        Self {
            outside,
            isolation,
            dialect,
            borrowed,
            record,
        }
    }

    /// Waits for its turn on the connection, and begins a transaction in the sandbox.
    ///
    /// # Errors
    /// - The task is in a transaction of the sandbox, or the sandbox's isolation level is too weak.
    /// - The connection did not get free within the pool's acquire timeout.
    /// - The sandbox is over.
    pub(crate) async fn begin(
        &self,
        pool: &Pool<DB>,
        options: &BeginOptions,
        request: &BeginRequest<'_, DB>,
    ) -> Result<Transaction<DB>, sqlx::Error> {
        let name = request.name;
        let runtime =
            Handle::try_current().map_err(|_| over("it was left behind by its tokio runtime"))?;
        if task::conflict(pool, options.writes).is_some() {
            return Err(sqlx::Error::InvalidArgument(format!(
                "`{name}` cannot begin a transaction here: {HELD}"
            )));
        }
        if options
            .isolation
            .is_some_and(|needed| needed > self.isolation)
        {
            return Err(sqlx::Error::InvalidArgument(format!(
                "`{name}` needs a stronger isolation level than the sandbox has, {:?}: open it with `Sandbox::open_in::<{:?}>(..)`",
                self.isolation,
                options.isolation.unwrap_or(self.isolation)
            )));
        }
        let acquire = pool.clone();
        // Not cancelled half-way, because sqlx may close the connection then, and the sandbox has
        // no other.
        let acquired = Uncancelled::new(runtime.clone(), async move { acquire.acquire().await });
        let connection = Connection::new(acquired.await.map_err(lost)?, runtime);
        let mut transaction = Transaction::new(connection, self.outside.clone(), request);
        match transaction.begin(options, None).await {
            Ok(_) => {
                transaction.observed = Some(Observed::new(Arc::clone(&self.record)));
                Ok(transaction)
            }
            // The driver found that something is missing before it sent anything.
            Err(error @ sqlx::Error::Configuration(_)) => {
                transaction.give_back_unused();
                Err(error)
            }
            Err(error) => {
                transaction.roll_back().await;
                Err(over(&error.to_string()))
            }
        }
    }

    /// Whether a read-only transaction can write in the sandbox: MySQL sees only the enclosing
    /// transaction, which may write.
    pub(crate) fn lets_readers_write(&self) -> bool {
        self.dialect == Dialect::MySql
    }

    /// Whether migrations can run inside of the sandbox. MySQL commits at DDL, and sqlx sends BEGIN
    /// where it does not know that a transaction is open.
    #[cfg_attr(not(feature = "migrate"), allow(dead_code, reason = "there are none"))]
    pub(crate) fn hosts_migrations(&self) -> bool {
        self.dialect != Dialect::MySql && !self.borrowed
    }
}

/// Whether a transaction is open on the connection.
pub(crate) async fn is_open<DB: Driver>(
    connection: &mut DB::Connection,
) -> Result<bool, sqlx::Error> {
    // On PostgreSQL `check_open` is a ping, which succeeds outside of a transaction too. SAVEPOINT
    // fails there.
    let savepoint = SqlStr::from_static("SAVEPOINT sqlx_tx_end");
    match DB::Backend::of(connection).check_open(connection).await {
        OpenCheck::Open => Ok(DB::Execution::run(connection, savepoint).await.is_ok()),
        OpenCheck::Ended => Ok(false),
        OpenCheck::Failed(error) => Err(error),
    }
}

/// Explains why the sandbox cannot acquire its connection: there was one, and it was lost.
pub(crate) fn lost(error: sqlx::Error) -> sqlx::Error {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => error,
        _ => over(LOST),
    }
}

pub(crate) fn over(why: &str) -> sqlx::Error {
    sqlx::Error::Protocol(format!("the sandbox is over: {why}"))
}
