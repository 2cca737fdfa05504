//! A session is returned beside a value.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<(i64, &'a mut Session<Sqlite>), sqlx::Error> {
    Ok((1, session))
}

fn main() {}
