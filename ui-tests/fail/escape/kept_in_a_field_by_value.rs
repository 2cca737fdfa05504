//! A struct has a field that is a session.

use sqlx::Sqlite;
use sqlx_transactional::Session;

struct Repository {
    session: Session<Sqlite>,
    name: String,
}

fn main() {}
