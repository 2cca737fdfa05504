//! A session is returned inside of another value, or of the error.

use std::sync::{Arc, Mutex};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct UnitOfWork<'a> {
    session: &'a mut Session<Sqlite>,
}

// case: A unit of work that borrows the session is returned.
#[transactional]
async fn returned_in_a_struct<'a>(
    session: &mut Session<Sqlite>,
) -> Result<UnitOfWork<'a>, sqlx::Error> {
    Ok(UnitOfWork { session })
}

// case: A guard that uses the session when it is dropped is returned.
struct Guard<'a> {
    session: &'a mut Session<Sqlite>,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        println!("{:?}", self.session);
    }
}

#[transactional]
async fn returned_in_a_struct_with_drop<'a>(
    session: &mut Session<Sqlite>,
) -> Result<Guard<'a>, sqlx::Error> {
    Ok(Guard { session })
}

// case: A session is returned in a box.
#[transactional]
async fn returned_in_a_box<'r>(
    session: &mut Session<Sqlite>,
) -> Result<Box<&'r mut Session<Sqlite>>, sqlx::Error> {
    Ok(Box::new(session))
}

// case: A session is returned beside a value.
#[transactional]
async fn returned_in_a_tuple<'a>(
    session: &mut Session<Sqlite>,
) -> Result<(i64, &'a mut Session<Sqlite>), sqlx::Error> {
    Ok((1, session))
}

// case: A session is shared behind a mutex, and returned.
#[transactional]
async fn returned_in_an_arc_mutex<'a>(
    session: &mut Session<Sqlite>,
) -> Result<Arc<Mutex<&'a mut Session<Sqlite>>>, sqlx::Error> {
    Ok(Arc::new(Mutex::new(session)))
}

// case: A plain helper keeps the session, and its caller returns what the helper returned.
fn unit_of_work(session: &mut Session<Sqlite>) -> UnitOfWork<'_> {
    UnitOfWork { session }
}

#[transactional]
async fn returned_by_a_plain_helper<'a>(
    session: &mut Session<Sqlite>,
) -> Result<UnitOfWork<'a>, sqlx::Error> {
    Ok(unit_of_work(session))
}

// case: A session is returned in the error.
struct Failed<'a> {
    session: &'a mut Session<Sqlite>,
}

impl From<sqlx::Error> for Failed<'_> {
    fn from(error: sqlx::Error) -> Self {
        panic!("{error}")
    }
}

#[transactional]
async fn returned_in_an_error<'a>(session: &mut Session<Sqlite>) -> Result<(), Failed<'a>> {
    Err(Failed { session })
}

// case: A `?` puts the session into the error.
struct Converted<'a>(Option<&'a mut Session<Sqlite>>);

impl From<sqlx::Error> for Converted<'_> {
    fn from(_: sqlx::Error) -> Self {
        Self(None)
    }
}

impl<'a> From<&'a mut Session<Sqlite>> for Converted<'a> {
    fn from(session: &'a mut Session<Sqlite>) -> Self {
        Self(Some(session))
    }
}

#[transactional]
async fn returned_in_an_error_by_a_question_mark<'a>(
    session: &mut Session<Sqlite>,
) -> Result<(), Converted<'a>> {
    Err(session)?
}

fn main() {}
