//! The session is bound by reference.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(ref session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    println!("{session:?}");
    Ok(())
}

fn main() {}
