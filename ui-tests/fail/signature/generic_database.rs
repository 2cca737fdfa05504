//! The database is a parameter without its bound.

use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer<DB>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    println!("{session:?}");
    Ok(())
}

fn main() {}
