//! A session is returned behind an `impl Trait` that says nothing of it.

use std::fmt::Debug;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl Debug, sqlx::Error> {
    Ok(session)
}

fn main() {}
