//! A hook runs after the rollback, and captures the session.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.after_rollback(async move {
        println!("{session:?}");
    });
    Ok(())
}

fn main() {}
