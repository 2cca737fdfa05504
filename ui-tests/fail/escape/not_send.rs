//! A value that is not `Send` is held over an await, or captured by a hook.

use std::rc::Rc;

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

// case: A hook captures an `Rc`.
#[transactional]
async fn hook_that_is_not_send(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let name = Rc::new(String::new());
    session.after_commit(async move {
        println!("{name}");
    });
    Ok(())
}

// case: A spawned call holds an `Rc` over an await.
#[transactional(from = &pool)]
async fn holds(pool: SqlitePool, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let name = Rc::new(String::new());
    sqlx::query("SELECT 1").execute(session).await?;
    println!("{name}");
    Ok(())
}

fn spawn(_: impl Future + Send) {}

fn spawned_while_it_is_not_send(pool: SqlitePool) {
    spawn(holds(pool));
}

fn main() {}
