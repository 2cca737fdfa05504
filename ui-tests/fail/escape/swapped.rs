//! Two sessions are swapped.

use sqlx::Sqlite;
use sqlx_transactional::Session;

fn swap(one: &mut Session<Sqlite>, other: &mut Session<Sqlite>) {
    std::mem::swap(one, other);
}

fn main() {}
