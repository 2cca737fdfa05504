//! Tests that compile only if they are left out: what is wrong with them is seen with `--test`. `messages.stderr` is what the compiler says.
use sqlx::{Pool, Postgres, Sqlite};
use sqlx_transactional::{Db, Sandbox};

static NO_MIGRATOR: &str = "migrations";

#[sqlx_transactional::test]
async fn takes_a_pool(pool: Pool<Postgres>) {
    drop(pool);
}

#[sqlx_transactional::test]
async fn takes_a_word(db: Db<Sqlite>, word: &str) {
    drop((db, word));
}

#[sqlx_transactional::test(clone)]
async fn takes_a_connection(connection: sqlx::PgConnection) {
    drop(connection);
}

#[sqlx_transactional::test]
async fn takes_two_databases(db: Db<Sqlite>, sandbox: &Sandbox<Postgres>) {
    drop((db, sandbox));
}

#[sqlx_transactional::test(fixtures("users"))]
async fn has_a_fixture_that_is_not_there(db: Db<Sqlite>) {
    drop(db);
}

#[sqlx_transactional::test(migrator = NO_MIGRATOR)]
async fn has_a_migrator_that_is_none(db: Db<Sqlite>) {
    drop(db);
}

#[sqlx_transactional::test]
async fn returns_what_no_test_can(db: Db<Sqlite>) -> String {
    drop(db);
    String::new()
}

#[sqlx_transactional::test]
async fn has_a_mistake_in_its_body(db: Db<Sqlite>) -> Result<(), sqlx::Error> {
    drop(db);
    Ok(1)
}
