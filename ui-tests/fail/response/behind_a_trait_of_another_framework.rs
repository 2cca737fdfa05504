//! A response is hidden behind a trait that needs the request to make it.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

trait Responder {}

impl Responder for String {}

#[transactional]
async fn greet(session: &mut Session<Sqlite>) -> impl Responder {
    sqlx::query("SELECT 1").execute(session).await.ok();
    String::from("hello")
}

fn main() {}
