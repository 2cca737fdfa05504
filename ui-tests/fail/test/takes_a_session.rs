//! A test that wants a session, as the functions under test have.
use sqlx::Sqlite;
use sqlx_transactional::Session;

#[sqlx_transactional::test]
async fn works(session: &mut Session<Sqlite>) {
    let _ = session;
}

fn main() {}
