//! Statements about a connection that does not answer or is still running a statement. They are run
//! on another connection: they stop the statement, end the server's side, or ask whether the
//! transaction was committed. Their SQL is in the drivers.
use sqlx::{ConnectOptions, Connection as _, Pool, SqlStr};
use tokio::runtime::Handle;

use crate::{
    driver::{
        Backend, Driver,
        begin::{Inquiry, Resolution, Signal},
        execution::Execution,
        statement::Statement,
    },
    transaction::connection::Connection,
};

/// Runs `sql` on an idle connection of the pool. If there is none that works, opens a connection
/// outside of the pool, because all of the pool's may be in use. Returns whether a row came.
pub(crate) async fn run<DB: Driver>(pool: &Pool<DB>, sql: SqlStr) -> Result<bool, sqlx::Error> {
    if let Some(idle) = pool.try_acquire() {
        let mut idle = Connection::<DB>::new(idle, Handle::current());
        if let Some(connection) = idle.get()
            && let Ok(found) = run_on::<DB>(connection, sql.clone()).await
        {
            idle.give_back();
            return Ok(found);
        }
    }
    // An idle connection may be dead too. One that fails is dropped.
    let mut outside = pool.connect_options().connect().await?;
    let found = run_on::<DB>(&mut outside, sql).await?;
    outside.close().await?;
    Ok(found)
}

async fn run_on<DB: Driver>(
    connection: &mut DB::Connection,
    sql: SqlStr,
) -> Result<bool, sqlx::Error> {
    let statement = Statement::of(sql, DB::Backend::rules(connection).dialect)?;
    let row = DB::Execution::fetch_optional(connection, statement).await?;
    Ok(row.is_some())
}

/// Sends a signal. A failure is logged with its consequence, because the caller can do nothing
/// about it.
pub(crate) async fn send<DB: Driver>(pool: &Pool<DB>, signal: Option<Signal>, consequence: &str) {
    let Some(Signal {
        sql,
        process,
        is_void,
    }) = signal
    else {
        return;
    };
    if let Err(error) = run(pool, sql).await
        && !is_void(&error)
    {
        tracing::warn!(%error, process, "{consequence}");
    }
}

/// Runs the statements of an inquiry until one of them returns a row that tells the outcome.
pub(crate) async fn inquire<DB: Driver>(
    pool: &Pool<DB>,
    inquiry: Inquiry,
) -> Result<Resolution, sqlx::Error> {
    for (sql, resolution) in inquiry.steps {
        let found = run(pool, sql).await?;
        if let (true, Some(resolution)) = (found, resolution) {
            return Ok(resolution);
        }
    }
    Ok(inquiry.otherwise)
}
