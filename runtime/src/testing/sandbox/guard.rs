//! The pool of a sandbox: its one connection was made by another pool, and is replaced by none.
use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::{Connection, Pool, SqlStr};

use crate::{
    driver::{Backend, Driver, execution::Execution, testing::clone::Cloning},
    sql::Dialect,
    transaction::sandbox::record::Record,
};

/// On `PostgreSQL` a statement that fails on the pool, outside of any transaction, would abort the
/// sandbox. Set before the first turn and after each, not when one begins: sqlx closes a connection
/// whose acquire is cancelled while something runs on it.
const GUARD: SqlStr = SqlStr::from_static("SAVEPOINT sqlx_tx_turn");
const KEEP: SqlStr = SqlStr::from_static("RELEASE SAVEPOINT sqlx_tx_turn; SAVEPOINT sqlx_tx_turn");
const UNDO: SqlStr = SqlStr::from_static("ROLLBACK TO SAVEPOINT sqlx_tx_turn");

/// A pool whose only connection is `connection`.
///
/// sqlx makes a pool's connections itself: the one that it makes is exchanged for ours, and it is
/// led nowhere for the next.
pub(super) async fn pool_of<DB: Driver>(
    mut connection: DB::Connection,
    origin: &Pool<DB>,
    record: Arc<Record>,
) -> Result<Pool<DB>, sqlx::Error> {
    let guarded = DB::Backend::rules(&connection).dialect == Dialect::Postgres;
    if guarded {
        DB::Execution::run(&mut connection, GUARD).await?;
    }
    let prepared = Arc::new(Mutex::new(Some(connection)));
    let mut options = origin
        .options()
        .clone()
        .max_connections(1)
        .min_connections(0)
        .idle_timeout(None)
        .max_lifetime(None);
    options = options
        .test_before_acquire(false)
        .after_connect(move |made, _| {
            let prepared = prepared
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            Box::pin(async move {
                match prepared {
                    Some(mut connection) => {
                        mem::swap(made, &mut connection);
                        connection.close().await
                    }
                    None => Err(sqlx::Error::PoolClosed),
                }
            })
        });
    if guarded {
        options = options.after_release(move |connection, _| {
            let record = Arc::clone(&record);
            Box::pin(async move { end_turn::<DB>(connection, &record).await })
        });
    }
    let mut connect = (*origin.connect_options()).clone();
    let pool = options.connect_with(connect.clone()).await?;
    DB::Backend::lead_nowhere(&mut connect);
    pool.set_connect_options(connect);
    Ok(pool)
}

/// Keeps what was done in the turn, or rolls it back where it was aborted. The pool closes the
/// connection if neither is possible.
async fn end_turn<DB: Driver>(
    connection: &mut DB::Connection,
    record: &Record,
) -> Result<bool, sqlx::Error> {
    if DB::Execution::run(connection, KEEP).await.is_ok() {
        return Ok(true);
    }
    let undone = DB::Execution::run(connection, UNDO).await;
    // There is no savepoint where there is no transaction.
    if let Err(sqlx::Error::Database(_)) = &undone {
        record.note_end();
    }
    undone.map(|()| true)
}
