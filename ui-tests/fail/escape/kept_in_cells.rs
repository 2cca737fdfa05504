//! A session is put into a cell, or behind a mutex.

use std::{
    cell::{Cell, RefCell},
    sync::{Arc, Mutex, OnceLock},
};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is put into a `Cell` of the caller.
#[transactional]
async fn kept_in_a_cell<'a>(
    session: &mut Session<Sqlite>,
    cell: &Cell<Option<&'a mut Session<Sqlite>>>,
) -> Result<(), sqlx::Error> {
    cell.set(Some(session));
    Ok(())
}

// case: A session is put into a `RefCell` of the caller.
#[transactional]
async fn kept_in_a_ref_cell<'a>(
    session: &mut Session<Sqlite>,
    cell: &RefCell<Vec<&'a mut Session<Sqlite>>>,
) -> Result<(), sqlx::Error> {
    cell.borrow_mut().push(session);
    Ok(())
}

// case: A session is put into a `OnceLock` of the caller.
#[transactional]
async fn kept_in_a_once_lock<'c>(
    session: &mut Session<Sqlite>,
    cell: &OnceLock<&'c mut Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    cell.set(session).ok();
    Ok(())
}

// case: A session is put into a `OnceCell` of tokio.
#[transactional]
async fn kept_in_an_async_once_cell<'a>(
    session: &mut Session<Sqlite>,
    cell: &tokio::sync::OnceCell<&'a Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    cell.get_or_init(async || &*session).await;
    Ok(())
}

// case: A session is put behind a mutex of the caller.
#[transactional]
async fn kept_in_a_mutex<'m>(
    session: &mut Session<Sqlite>,
    kept: &Mutex<Option<&'m mut Session<Sqlite>>>,
) -> Result<(), sqlx::Error> {
    if let Ok(mut kept) = kept.lock() {
        *kept = Some(session);
    }
    Ok(())
}

// case: A session is put behind a mutex in an `Arc`.
#[transactional]
async fn kept_in_an_arc_mutex<'a>(
    session: &mut Session<Sqlite>,
    place: Arc<Mutex<Option<&'a mut Session<Sqlite>>>>,
) -> Result<(), sqlx::Error> {
    if let Ok(mut place) = place.lock() {
        *place = Some(session);
    }
    Ok(())
}

fn main() {}
