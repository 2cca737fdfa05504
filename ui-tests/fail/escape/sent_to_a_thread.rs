//! A session is moved into a thread.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::thread::spawn(move || {
        println!("{session:?}");
    });
    Ok(())
}

fn main() {}
