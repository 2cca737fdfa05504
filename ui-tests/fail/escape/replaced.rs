//! A session is replaced, to keep the one that was there.

use sqlx::Sqlite;
use sqlx_transactional::Session;

fn replace<'s>(one: &'s mut Session<Sqlite>, other: &'s mut Session<Sqlite>) {
    std::mem::replace(one, *other);
}

fn main() {}
