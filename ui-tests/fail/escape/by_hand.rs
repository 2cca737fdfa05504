//! A transaction is begun, rolled back, acquired or copied by hand.

use sqlx::{Acquire as _, Sqlite};
use sqlx_transactional::{Session, transactional};

// case: A session begins a transaction, instead of a call with `nested`.
#[transactional]
async fn begun_by_hand(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.begin().await?;
    Ok(())
}

// case: A session is rolled back by hand, instead of with `Err` or `set_rollback_only`.
#[transactional]
async fn rolled_back_by_hand(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.rollback().await?;
    Ok(())
}

// case: A session is acquired from, like a pool.
#[transactional]
async fn acquired_from(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.acquire().await?;
    Ok(())
}

// case: A session is cloned.
#[transactional]
async fn copied(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.clone();
    Ok(())
}

fn main() {}
