//! A session is turned into one of another mode, or handed to a plain helper that needs one.

use sqlx::Sqlite;
use sqlx_transactional::{
    ReadCommitted, ReadOnly, RepeatableRead, Serializable, Session, transactional,
};

// case: A session is cast to one that is stronger.
#[transactional]
async fn made_stronger_by_a_cast(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _stronger = session as &mut Session<Sqlite, Serializable>;
    Ok(())
}

// case: A session is assigned to a reference to a stronger one.
#[transactional]
async fn made_stronger_by_hand(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _stronger: &mut Session<Sqlite, Serializable> = session;
    Ok(())
}

// case: A session at the default level is handed to a helper that needs SERIALIZABLE.
async fn serializable(session: &mut Session<Sqlite, Serializable>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn weaker_into_a_plain_helper(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    serializable(session).await
}

// case: A session at READ COMMITTED is handed to a helper that needs REPEATABLE READ.
async fn repeats(session: &mut Session<Sqlite, RepeatableRead>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn weaker_into_a_stronger_plain_helper(
    session: &mut Session<Sqlite, ReadCommitted>,
) -> Result<(), sqlx::Error> {
    repeats(session).await
}

// case: A read-only session is handed to a plain helper that may write.
async fn writes(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn read_only_into_a_plain_helper(
    session: &mut Session<Sqlite, ReadOnly>,
) -> Result<(), sqlx::Error> {
    writes(session).await
}

fn main() {}
