//! A statement on another connection than the one in trouble: how a server is told to stop what
//! that one runs, and asked what has become of it.
use sqlx::{ConnectOptions, Connection as _, Pool, SqlStr};
use tokio::runtime::Handle;

use crate::{
    driver::{Backend, Driver, statement::Statement},
    transaction::connection::Connection,
};

/// Runs `sql` on an idle connection of the pool; if there is none that works, on one outside of it:
/// a pool may be all taken. Returns whether a row came.
pub(crate) async fn run_elsewhere<DB: Driver>(
    pool: &Pool<DB>,
    sql: SqlStr,
) -> Result<bool, sqlx::Error> {
    if let Some(idle) = pool.try_acquire() {
        let mut idle = Connection::<DB>::new(idle, Handle::current());
        if let Some(connection) = idle.get()
            && let Ok(found) = run::<DB>(connection, sql.clone()).await
        {
            idle.give_back();
            return Ok(found);
        }
    }
    let mut outside = pool.connect_options().connect().await?;
    let found = run::<DB>(&mut outside, sql).await?;
    outside.close().await?;
    Ok(found)
}

async fn run<DB: Driver>(
    connection: &mut DB::Connection,
    sql: SqlStr,
) -> Result<bool, sqlx::Error> {
    let statement = Statement::of(sql, DB::Backend::dialect(connection))?;
    Ok(DB::Backend::fetch_optional(connection, statement)
        .await?
        .is_some())
}
