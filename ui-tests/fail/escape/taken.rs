//! A session is taken out of its reference.

use sqlx::Sqlite;
use sqlx_transactional::Session;

fn take(session: &mut Session<Sqlite>) {
    std::mem::take(session);
}

fn main() {}
