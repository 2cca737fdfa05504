//! A sandbox for a test that has a database of its own.
use sqlx::Sqlite;
use sqlx_transactional::Sandbox;

#[sqlx_transactional::test(clone)]
async fn works(sandbox: &Sandbox<Sqlite>) {
    let _ = sandbox;
}

fn main() {}
