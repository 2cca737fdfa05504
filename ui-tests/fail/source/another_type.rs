//! Another type is passed for the session: one that holds the pool, or one of sqlx.

use std::sync::Arc;

use sqlx::{Sqlite, SqliteConnection, SqlitePool};
use sqlx_transactional::{Db, Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An optional pool is passed.
async fn option_of_a_pool(pool: Option<&SqlitePool>) -> Result<(), sqlx::Error> {
    transfer(pool).await
}

// case: A reference to an `Arc` of a pool is passed.
async fn pool_in_an_arc(source: Arc<SqlitePool>) -> Result<(), sqlx::Error> {
    transfer(&source).await
}

// case: The state that holds the `Db` is passed for the session.
struct State {
    db: Db<Sqlite>,
}

async fn application_state(state: &State) -> Result<(), sqlx::Error> {
    println!("{:?}", state.db);
    transfer(state).await
}

// case: A connection is passed for the session.
async fn connection(source: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    transfer(source).await
}

// case: A transaction of sqlx is passed for the session.
async fn sqlx_transaction(pool: SqlitePool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    transfer(&mut tx).await?;
    tx.commit().await
}

fn main() {}
