//! Tests that fail, each in its own way, and a test that shares its database with `users.rs`.
#![allow(
    clippy::unused_async,
    reason = "a test that fails before it begins awaits nothing"
)]

use sqlx::{MySql, Postgres, Sqlite, raw_sql};
use sqlx_transactional::{Db, Sandbox};
use suite::{post, posts, sign_up};

#[sqlx_transactional::test(fixtures("users"))]
async fn passes(db: Db<Postgres>) -> Result<(), sqlx::Error> {
    post(&db, "grace", "hello").await?;
    assert_eq!(posts(&db).await?, 1);
    Ok(())
}

#[sqlx_transactional::test]
async fn asserts(db: Db<Postgres>) {
    sign_up(&db, "ada").await.expect("it is free");
    assert_eq!(
        posts(&db).await.expect("they are read"),
        1,
        "no post is stored"
    );
}

#[sqlx_transactional::test]
async fn returns_an_error(db: Db<Postgres>) -> Result<(), sqlx::Error> {
    post(&db, "nobody", "hello").await
}

#[sqlx_transactional::test(migrations = false)]
async fn escapes(db: Db<Postgres>, sandbox: &Sandbox<Postgres>) -> Result<(), sqlx::Error> {
    assert_eq!(sandbox.committed(), 0);
    raw_sql("COMMIT").execute(db.pool()).await.map(drop)
}

#[sqlx_transactional::test(migrations = false)]
async fn escapes_by_ddl(db: Db<MySql>) -> Result<(), sqlx::Error> {
    raw_sql("CREATE TABLE IF NOT EXISTS strays (id BIGINT)")
        .execute(db.pool())
        .await
        .map(drop)
}

#[sqlx_transactional::test(migrations = "broken_migrations")]
async fn has_a_bad_migration(_db: Db<Postgres>) {}

#[sqlx_transactional::test(clone, migrations = "broken_migrations")]
async fn has_a_bad_migration_in_its_template(_db: Db<Postgres>) {}

#[sqlx_transactional::test(migrations = "no_such_directory")]
async fn has_no_migrations(_db: Db<Sqlite>) {}

#[sqlx_transactional::test(fixtures("posts"))]
async fn has_a_bad_fixture(_db: Db<Postgres>) {}

#[sqlx_transactional::test(clone, fixtures("posts"))]
async fn has_a_bad_fixture_in_its_clone(_db: Db<Postgres>) {}

/// For tests that kill this process while it runs.
#[sqlx_transactional::test(clone)]
async fn never_ends(db: Db<Postgres>) {
    sign_up(&db, "ada").await.expect("it is free");
    println!("now");
    std::future::pending::<()>().await;
}

/// The same on MySQL.
#[sqlx_transactional::test(clone)]
async fn never_ends_on_mysql(db: Db<MySql>) {
    sign_up(&db, "ada").await.expect("it is free");
    println!("now");
    std::future::pending::<()>().await;
}

/// The same on SQLite.
#[sqlx_transactional::test(clone)]
async fn never_ends_on_sqlite(db: Db<Sqlite>) {
    sign_up(&db, "ada").await.expect("it is free");
    println!("now");
    std::future::pending::<()>().await;
}
