//! A statement on another connection than the one in trouble: how a server is told to stop what that one runs.
use sqlx::{ConnectOptions, Connection as _, Pool, SqlStr};
use tokio::runtime::Handle;

use super::{Backend, Driver, Statement};
use crate::connection::Connection;

/// Runs `sql` on an idle connection of the pool; if there is none that works, on one outside of it: a pool may be all taken.
pub(super) async fn run_elsewhere<DB: Driver>(pool: &Pool<DB>, sql: SqlStr) -> Result<(), sqlx::Error> {
    if let Some(idle) = pool.try_acquire() {
        let mut idle = Connection::<DB>::new(idle, Handle::current());
        if let Some(connection) = idle.get()
            && run::<DB>(connection, sql.clone()).await.is_ok()
        {
            idle.give_back();
            return Ok(());
        }
    }
    let mut outside = pool.connect_options().connect().await?;
    run::<DB>(&mut outside, sql).await?;
    outside.close().await
}

async fn run<DB: Driver>(connection: &mut DB::Connection, sql: SqlStr) -> Result<(), sqlx::Error> {
    let statement = Statement::of(sql, connection)?;
    DB::Backend::fetch_optional(connection, statement).await.map(drop)
}
