//! What tests leave on a server: nothing but the template, in whichever way they end. A killed
//! process leaves its database, which the next process removes.

use std::{fs, path::Path};

use super::*;

#[tokio::test]
async fn on_postgres() {
    let server = OwnServer::<Postgres>::start().await;
    let database = TestDatabase::on(&server).await;
    let clones = async || {
        database
            .integer("SELECT count(*) FROM pg_database WHERE datname LIKE 'sqlx\\_tx\\_clone\\_%'")
            .await
    };
    let locks = async || {
        database
            .integer("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            .await
    };
    database
        .run("CREATE DATABASE sqlx_tx_clone_of_somebody")
        .await;

    let suite = Suite::with([("DATABASE_URL", database.url().to_owned())]);
    let mut killed = suite.never_ending("never_ends");
    assert_eq!(clones().await, 2);
    side_by_side("postgres", database.url());
    assert_eq!(clones().await, 2, "a database in use is not dropped");
    killed.kill().expect("it runs");
    killed.wait().expect("it is killed");
    while locks().await > 0 {}
    suite.in_one_process("postgres::changes_tables");
    assert_eq!((clones().await, locks().await), (1, 0));

    is_empty(&database).await;
    let templates =
        "SELECT count(*) FROM pg_database WHERE datname LIKE 'sqlx\\_tx\\_template\\_%'";
    assert_eq!(
        database.integer(templates).await,
        1,
        "the same for all of them"
    );
}

#[tokio::test]
async fn on_mysql() {
    const CLONES: &str = "SELECT COUNT(*) FROM information_schema.schemata WHERE LEFT(schema_name, 14) = 'sqlx_tx_clone_'";
    const LOCKS: &str = "SELECT COUNT(IS_USED_LOCK(schema_name)) FROM information_schema.schemata WHERE LEFT(schema_name, 8) = 'sqlx_tx_'";

    let server = OwnServer::<MySql>::start().await;
    let database = TestDatabase::on(&server).await;
    let suite = Suite::with([("DATABASE_URL", database.url().to_owned())]);
    let mut killed = suite.never_ending("never_ends_on_mysql");
    side_by_side("mysql", database.url());
    assert_eq!(
        (
            database.integer(CLONES).await,
            database.integer(LOCKS).await
        ),
        (1, 1),
        "a database in use is not dropped"
    );
    killed.kill().expect("it runs");
    killed.wait().expect("it is killed");
    while database.integer(LOCKS).await > 0 {}
    suite.in_one_process("mysql::changes_tables");
    assert_eq!(database.integer(CLONES).await, 0);
    is_empty(&database).await;
}

#[test]
fn in_files() {
    let directory = tempfile::tempdir().expect("the directory is created");
    let path = directory.path();
    let suite = Suite::with([("TMPDIR", path.display().to_string())]);
    let others = path.join("sqlx_tx_clone_of_somebody");
    fs::create_dir(&others).expect("the directory is created");
    let mut killed = suite.never_ending("never_ends_on_sqlite");
    suite.in_processes("sqlite");
    assert_eq!(entries(path), 2, "a database in use is not removed");
    killed.kill().expect("it runs");
    killed.wait().expect("it is killed");
    suite.in_one_process("sqlite::changes_tables");
    assert!(entries(path) == 1 && others.exists());
}

fn entries(directory: &Path) -> usize {
    fs::read_dir(directory).expect("it can be read").count()
}
