//! The session has no plain name.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: The session is bound by `ref`.
#[transactional]
async fn session_by_ref(ref session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    println!("{session:?}");
    Ok(())
}

// case: The session is bound by the pattern of a struct.
#[transactional]
async fn session_in_a_pattern(Session { .. }: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    Ok(())
}

// case: `self` has `#[session]`.
struct Transfer;

impl Transfer {
    #[transactional]
    async fn transfer(#[session] &mut self) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn main() {}
