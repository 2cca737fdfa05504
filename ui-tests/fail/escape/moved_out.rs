//! A session is moved out of its reference.

use std::{mem::ManuallyDrop, rc::Rc};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is moved into a variable.
#[transactional]
async fn dereferenced(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _owned = *session;
    Ok(())
}

// case: A session is moved into a box.
fn boxed(session: &mut Session<Sqlite>) -> Box<Session<Sqlite>> {
    Box::new(*session)
}

// case: A struct has a field that is a session.
struct Repository {
    session: Session<Sqlite>,
    name: String,
}

// case: A session is moved into `ManuallyDrop`.
#[transactional]
async fn kept_in_manually_drop(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _ = ManuallyDrop::new(*session);
    Ok(())
}

// case: A session is moved into an `Rc`.
#[transactional]
async fn leaked_in_an_rc(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _kept = Rc::new(*session);
    Ok(())
}

// case: Two sessions are swapped.
fn swapped(one: &mut Session<Sqlite>, other: &mut Session<Sqlite>) {
    std::mem::swap(one, other);
}

// case: A session is taken out of its place.
#[transactional]
async fn taken(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::mem::take(session);
    Ok(())
}

fn main() {}
