//! A session is moved into a thread of a scope that is longer than the call.

use std::thread::Scope;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'s>(session: &mut Session<Sqlite>, scope: &'s Scope<'s, '_>) -> Result<(), sqlx::Error> {
    scope.spawn(move || println!("{session:?}"));
    Ok(())
}

fn main() {}
