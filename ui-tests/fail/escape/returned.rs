//! A session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is returned as it is.
#[transactional]
async fn returned<'r>(
    session: &mut Session<Sqlite>,
) -> Result<&'r mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

// case: A shared reference to the session is returned.
#[transactional]
async fn returned_as_a_shared_reference<'a>(
    session: &mut Session<Sqlite>,
) -> Result<&'a Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

// case: A reborrow of the session is returned.
#[transactional]
async fn returned_reborrowed<'a>(
    session: &mut Session<Sqlite>,
) -> Result<&'a mut Session<Sqlite>, sqlx::Error> {
    Ok(&mut *session)
}

// case: A session is returned from the middle of the body.
#[transactional]
async fn returned_early<'a>(
    session: &mut Session<Sqlite>,
) -> Result<Option<&'a mut Session<Sqlite>>, sqlx::Error> {
    if session.attempt() > 1 {
        return Ok(Some(session));
    }
    Ok(None)
}

// case: A method returns the session, for as long as `self` lives.
struct Repository;

impl Repository {
    #[transactional]
    async fn escape(
        &self,
        session: &mut Session<Sqlite>,
    ) -> Result<&mut Session<Sqlite>, sqlx::Error> {
        Ok(session)
    }
}

// case: A session of a savepoint is returned.
#[transactional(nested)]
async fn returned_from_a_nested_call<'a>(
    session: &mut Session<Sqlite>,
) -> Result<&'a mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

// case: A session of a call with a deadline is returned.
#[transactional(timeout = "1s")]
async fn returned_with_a_timeout<'a>(
    session: &mut Session<Sqlite>,
) -> Result<&'a mut Session<Sqlite>, sqlx::Error> {
    Ok(session)
}

// case: A session is returned as a type parameter of the caller.
#[transactional]
async fn returned_through_a_generic<'a, T: From<&'a mut Session<Sqlite>>>(
    session: &mut Session<Sqlite>,
) -> Result<T, sqlx::Error> {
    Ok(session.into())
}

fn main() {}
