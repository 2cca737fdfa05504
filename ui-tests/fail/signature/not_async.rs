//! The function is not async.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    println!("{session:?}");
    Ok(())
}

fn main() {}
