//! A session is put into a map of the caller.

use std::collections::HashMap;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, kept: &mut HashMap<i64, &'a mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    kept.insert(1, session);
    Ok(())
}

fn main() {}
