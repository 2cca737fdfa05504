//! A session is kept for `'static`.

use std::{cell::Cell, sync::Mutex};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is said to be `'static`.
#[transactional]
async fn made_static(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _session: &'static mut Session<Sqlite> = session;
    Ok(())
}

// case: A session is put into a static.
static KEPT: Mutex<Option<&'static mut Session<Sqlite>>> = Mutex::new(None);

#[transactional]
async fn kept_in_a_static(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    if let Ok(mut kept) = KEPT.lock() {
        *kept = Some(session);
    }
    Ok(())
}

// case: A session is put into a thread-local.
thread_local! {
    static OF_THREAD: Cell<Option<&'static mut Session<Sqlite>>> = const { Cell::new(None) };
}

#[transactional]
async fn kept_in_a_thread_local(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    OF_THREAD.set(Some(session));
    Ok(())
}

// case: A task-local is set to the session for a future that is spawned.
tokio::task_local! {
    static OF_TASK: &'static mut Session<Sqlite>;
}

#[transactional]
async fn kept_in_a_task_local(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::spawn(OF_TASK.scope(session, async {}));
    Ok(())
}

// case: A session is leaked.
#[transactional]
async fn leaked(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let leaked: &'static mut _ = Box::leak(Box::new(session));
    sqlx::query("SELECT 1").execute(&mut **leaked).await?;
    Ok(())
}

// case: A reference to the session is leaked in a box.
#[transactional]
async fn leaked_as_a_reference(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _kept: &'static mut &'static mut Session<Sqlite> = Box::leak(Box::new(session));
    Ok(())
}

fn main() {}
