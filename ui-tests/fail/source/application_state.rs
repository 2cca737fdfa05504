//! The state that holds the `Db` is passed for the session.

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

#[transactional]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

struct State {
    db: Db<Sqlite>,
}

async fn caller(state: &State) -> Result<(), sqlx::Error> {
    println!("{:?}", state.db);
    transfer(state).await
}

fn main() {}
