//! Parameters that a test cannot have.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Db, Sandbox, Session};

// case: A test takes no database.
#[sqlx_transactional::test]
async fn takes_nothing() {}

// case: A test takes a session.
#[sqlx_transactional::test]
async fn takes_a_session(session: &mut Session<Sqlite>) {
    let _ = session;
}

// case: A test takes a `&mut` to its sandbox.
#[sqlx_transactional::test]
async fn takes_a_mutable_sandbox(sandbox: &mut Sandbox<Sqlite>) {
    let _ = sandbox;
}

// case: A test takes its sandbox by value.
#[sqlx_transactional::test]
async fn takes_the_sandbox_by_value(sandbox: Sandbox<Sqlite>) {
    let _ = sandbox;
}

// case: A test with `clone` takes a sandbox.
#[sqlx_transactional::test(clone)]
async fn takes_a_sandbox_beside_clone(sandbox: &Sandbox<Sqlite>) {
    let _ = sandbox;
}

// case: A test takes an `impl Trait`.
#[sqlx_transactional::test]
async fn takes_an_impl_trait(db: impl Into<Db<Postgres>>) {
    let _ = db;
}

// case: A test takes a session without its database.
#[sqlx_transactional::test]
async fn takes_a_session_without_a_database(session: &Session) {
    let _ = session;
}

fn main() {}
