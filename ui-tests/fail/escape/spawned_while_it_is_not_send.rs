//! A call holds what must stay on its thread over an await, and is spawned.

use std::rc::Rc;

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

#[transactional(from = &pool)]
async fn holds(pool: SqlitePool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let name = Rc::new(String::new());
    sqlx::query("SELECT 1").execute(session).await?;
    println!("{name}");
    Ok(())
}

fn spawn(_: impl Future + Send) {}

fn start(pool: SqlitePool) {
    spawn(holds(pool));
}

fn main() {}
