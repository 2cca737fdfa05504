//! A test that wants its sandbox for itself.
use sqlx::Sqlite;
use sqlx_transactional::Sandbox;

#[sqlx_transactional::test]
async fn works(sandbox: &mut Sandbox<Sqlite>) {
    let _ = sandbox;
}

fn main() {}
