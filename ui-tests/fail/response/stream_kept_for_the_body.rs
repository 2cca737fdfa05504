//! Rows are streamed to the client after the transaction has ended.

use axum::{body::Body, extract::State, response::Response};
use futures_util::TryStreamExt as _;
use sqlx::{Row as _, Sqlite};
use sqlx_transactional::{Db, Session, transactional};

#[transactional(from = &db)]
async fn download(State(db): State<Db<Sqlite>>, session: &mut Session<Sqlite>) -> Response {
    let rows = sqlx::query("SELECT png FROM certificates").fetch(session);
    Response::new(Body::from_stream(rows.map_ok(|row| row.get::<Vec<u8>, _>(0))))
}

fn main() {}
