//! A session is moved into a thread.

use std::thread::Scope;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is moved into a thread of the standard library.
#[transactional]
async fn sent_to_a_thread(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::thread::spawn(move || {
        println!("{session:?}");
    });
    Ok(())
}

// case: A session is moved into a thread of a scope that is longer than the call.
#[transactional]
async fn sent_to_a_scoped_thread<'s>(
    session: &mut Session<Sqlite>,
    scope: &'s Scope<'s, '_>,
) -> Result<(), sqlx::Error> {
    scope.spawn(move || println!("{session:?}"));
    Ok(())
}

// case: A session is moved into a blocking task, which drives it there.
#[transactional]
async fn sent_to_a_blocking_task(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::task::spawn_blocking(move || {
        tokio::runtime::Handle::current().block_on(async {
            sqlx::query("SELECT 1").execute(session).await.ok();
        });
    });
    Ok(())
}

fn main() {}
