//! A session cannot be made.

use sqlx::Sqlite;
use sqlx_transactional::Session;

fn make() -> Box<Session<Sqlite>> {
    Box::new(Session::<Sqlite> {})
}

fn main() {}
