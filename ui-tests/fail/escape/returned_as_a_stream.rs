//! A stream or an iterator that uses the session is returned.

use axum::{body::Body, extract::State, response::IntoResponse};
use futures_util::stream::{self, BoxStream, Stream, once};
use sqlx::{Sqlite, sqlite::SqliteRow};
use sqlx_transactional::{Db, Session, transactional};

// case: A row stream is returned: it would read after the transaction has ended.
#[transactional]
async fn returned_as_a_stream<'r>(
    session: &mut Session<Sqlite>,
) -> Result<BoxStream<'r, Result<SqliteRow, sqlx::Error>>, sqlx::Error> {
    Ok(sqlx::query("SELECT 1").fetch(session))
}

// case: A row stream is returned behind `impl Stream`.
#[transactional]
async fn returned_as_impl_stream(
    session: &mut Session<Sqlite>,
) -> Result<impl Stream<Item = Result<SqliteRow, sqlx::Error>>, sqlx::Error> {
    Ok(sqlx::query("SELECT 1").fetch(session))
}

// case: An iterator that captures the session is returned.
#[transactional]
async fn returned_as_an_iterator(
    session: &mut Session<Sqlite>,
) -> Result<impl Iterator<Item = u32>, sqlx::Error> {
    Ok((0..3).map(move |_| session.attempt()))
}

// case: A stream that runs statements later is returned.
#[transactional]
async fn stream_returned_by_unfold(
    session: &mut Session<Sqlite>,
) -> Result<impl Stream<Item = ()>, sqlx::Error> {
    Ok(stream::unfold(session, async |session| {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok()?;
        Some(((), session))
    }))
}

// case: The body of the response reads from the session while it is sent.
#[transactional(from = &db)]
async fn session_kept_for_the_body(
    State(db): State<Db<Sqlite>>,
    session: &mut Session<Sqlite>,
) -> impl IntoResponse {
    Body::from_stream(once(
        sqlx::query_scalar::<_, Vec<u8>>("SELECT png FROM certificates").fetch_one(session),
    ))
}

fn main() {}
