//! The caller says by a type parameter what is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a, T: From<&'a mut Session<Sqlite>>>(session: &mut Session<Sqlite>) -> Result<T, sqlx::Error> {
    Ok(session.into())
}

fn main() {}
