//! The pool of a sandbox. Its only connection comes from the pool that the sandbox was opened on.
//! If it is lost, it is not replaced: another connection would be outside of the sandbox's
//! transaction, and would commit.
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

/// The savepoint of a turn, from one acquire of the connection to its release. On PostgreSQL, a
/// failed statement aborts its transaction. Outside of a call, that would be the sandbox's, without
/// this savepoint.
///
/// It is set before the first turn and after each turn, not in `before_acquire`. sqlx closes a
/// connection if an acquire is cancelled while `before_acquire` runs.
const GUARD: SqlStr = SqlStr::from_static("SAVEPOINT sqlx_tx_turn");
const KEEP: SqlStr = SqlStr::from_static("RELEASE SAVEPOINT sqlx_tx_turn; SAVEPOINT sqlx_tx_turn");
const UNDO: SqlStr = SqlStr::from_static("ROLLBACK TO SAVEPOINT sqlx_tx_turn");

/// Makes a pool with `connection` as its only connection.
///
/// A pool of sqlx opens its connections itself. So the first one that it opens is exchanged for
/// `connection` and closed. Then the options of the pool are changed so that it can open no other.
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
    // The savepoint belongs to the end of a turn: see `GUARD`.
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

/// Keeps what the turn did, or rolls it back if its transaction is aborted. If neither is possible,
/// the pool closes the connection.
async fn end_turn<DB: Driver>(
    connection: &mut DB::Connection,
    record: &Record,
) -> Result<bool, sqlx::Error> {
    if DB::Execution::run(connection, KEEP).await.is_ok() {
        return Ok(true);
    }
    let undone = DB::Execution::run(connection, UNDO).await;
    // The savepoint is missing, so a statement of the turn has ended the sandbox's transaction.
    if let Err(sqlx::Error::Database(_)) = &undone {
        record.note_end();
    }
    undone.map(|()| true)
}
