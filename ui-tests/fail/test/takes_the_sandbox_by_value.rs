//! A test that wants to close its sandbox itself.
use sqlx::Sqlite;
use sqlx_transactional::Sandbox;

#[sqlx_transactional::test]
async fn works(sandbox: Sandbox<Sqlite>) {
    let _ = sandbox;
}

fn main() {}
