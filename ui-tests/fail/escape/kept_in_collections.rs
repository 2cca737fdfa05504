//! A session is put into a collection of the caller.

use std::collections::HashMap;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is pushed into a vector of the caller.
#[transactional]
async fn kept_in_a_vec<'v>(
    session: &mut Session<Sqlite>,
    kept: &mut Vec<&'v mut Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    kept.push(session);
    Ok(())
}

// case: A session is put into a map of the caller.
#[transactional]
async fn kept_in_a_map<'a>(
    session: &mut Session<Sqlite>,
    kept: &mut HashMap<i64, &'a mut Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    kept.insert(1, session);
    Ok(())
}

// case: A session is put into a slice of the caller.
#[transactional]
async fn kept_in_a_slice<'a>(
    session: &mut Session<Sqlite>,
    kept: &mut [Option<&'a mut Session<Sqlite>>],
) -> Result<(), sqlx::Error> {
    kept[0] = Some(session);
    Ok(())
}

// case: A session is added to a collection of the caller.
#[transactional]
async fn kept_by_extend<'a>(
    session: &mut Session<Sqlite>,
    kept: &mut impl Extend<&'a mut Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    kept.extend([session]);
    Ok(())
}

fn main() {}
