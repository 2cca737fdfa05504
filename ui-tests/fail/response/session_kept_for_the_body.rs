//! The body of the response reads from the session while it is sent.

use axum::{body::Body, extract::State, response::IntoResponse};
use futures_util::stream::once;
use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

#[transactional(from = &db)]
async fn download(State(db): State<Db<Sqlite>>, session: &mut Session<Sqlite>) -> impl IntoResponse {
    Body::from_stream(once(sqlx::query_scalar::<_, Vec<u8>>("SELECT png FROM certificates").fetch_one(session)))
}

fn main() {}
