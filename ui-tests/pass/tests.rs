//! `#[sqlx_transactional::test]`: the parameters, names and return types of a test.

use std::process::{ExitCode, Termination};

use sqlx::{Pool, Sqlite, migrate::Migrator};
use sqlx_transactional::{Db, ReadOnly, Sandbox, Session, transactional};

type Given = Db<Sqlite>;

mod migrations {
    use super::Migrator;

    pub(super) static ALL: Migrator = sqlx::migrate!("pass/migrations");
}

#[transactional]
async fn notes(session: &mut Session<Sqlite, ReadOnly>) -> Result<usize, sqlx::Error> {
    Ok(sqlx::query("SELECT text FROM notes")
        .fetch_all(session)
        .await?
        .len())
}

#[sqlx_transactional::test(
    migrations = "pass/migrations",
    fixtures("notes", "notes.sql", "../pass/fixtures/notes.sql")
)]
async fn returns_a_result(db: Db<Sqlite>) -> Result<(), sqlx::Error> {
    assert_eq!(notes(&db).await?, 3);
    Ok(())
}

#[sqlx_transactional::test(migrator = migrations::ALL, isolation = read_committed, flavor = "multi_thread")]
async fn takes_both(mut db: Given, sandbox: &Sandbox<Sqlite>) {
    db = db.with_timeout(None);
    assert_eq!(notes(&db).await.expect("a table"), 0);
    assert_eq!(sandbox.statements().len(), 1);
}

#[sqlx_transactional::test(migrator = migrations::ALL, clone, fixtures("notes"))]
async fn takes_a_pool(pool: Pool<Sqlite>, db: Given) -> ExitCode {
    assert_eq!(
        notes(&pool).await.expect("a table"),
        notes(&db).await.expect("a table")
    );
    ExitCode::SUCCESS
}

#[sqlx_transactional::test(migrations = false)]
#[should_panic(expected = "no such table")]
async fn r#async(db: Given) {
    notes(&db).await.expect("a table");
}

#[sqlx_transactional::test(migrations = false, crate = ::sqlx_transactional)]
async fn returns_what_it_likes(db: Given) -> impl Termination {
    db.pool().acquire().await.expect("a connection");
}

/// Names that the expansion might use too.
#[sqlx_transactional::test(migrations = false)]
async fn test(given: Given, test: &Sandbox<Sqlite>) {
    given.pool().acquire().await.expect("a connection");
    assert_eq!(test.committed(), 0);
}
