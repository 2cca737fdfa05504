//! A session is moved into a box.

use sqlx::Sqlite;
use sqlx_transactional::Session;

fn keep(session: &mut Session<Sqlite>) -> Box<Session<Sqlite>> {
    Box::new(*session)
}

fn main() {}
