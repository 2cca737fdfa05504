//! What `Db::connect` does with each kind of URL.

use std::time::{Duration, Instant};

use sqlx::{Any, AssertSqlSafe, MySql, Postgres, Sqlite};
use sqlx_transactional::Db;
use tests::checks::PROMISED;
use tests::explorer::every_poll;
use tests::servers::TestDatabase;

use super::{total, transfer};
use crate::bank::{BankError, balances};

/// An application that knows nothing but the URL.
#[tokio::test]
async fn one_function_serves_three_urls() {
    async fn serve(url: &str) {
        let db = Db::<Any>::connect(url)
            .await
            .expect("the database is there");
        transfer(&db, 1, 2, 300).await.expect("there is enough");
        assert!(matches!(
            transfer(&db, 1, 2, 5000).await,
            Err(BankError::Overdraft)
        ));
        db.pool().close().await;
    }
    let databases = (
        TestDatabase::<Postgres>::with_accounts().await,
        TestDatabase::<MySql>::with_accounts().await,
        TestDatabase::<Sqlite>::with_accounts().await,
    );
    for url in [databases.0.url(), databases.1.url(), databases.2.url()] {
        serve(url).await;
    }
    assert_eq!(balances(&databases.0).await, (700, 1300));
    assert_eq!(balances(&databases.1).await, (700, 1300));
    assert_eq!(balances(&databases.2).await, (700, 1300));
}

#[tokio::test]
async fn a_database_in_memory_is_private_and_stays() {
    for url in ["sqlite::memory:", "sqlite://kept?mode=memory"] {
        let db = Db::<Any>::connect(url).await.expect("memory");
        let accounts = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL); INSERT INTO accounts VALUES (1, 1000), (2, 1000)";
        sqlx::raw_sql(accounts)
            .execute(db.pool())
            .await
            .expect("a fresh database");
        every_poll(async |cut| {
            let outcome = cut.apply(transfer(&db, 1, 2, 1)).await;
            tokio::time::timeout(PROMISED, transfer(&db, 2, 1, 1))
                .await
                .expect("served")
                .expect("there is enough");
            outcome.is_some()
        })
        .await;
        assert_eq!(total(&db).await.expect("it is there"), 2000);
        let other = Db::<Any>::connect(url).await.expect("memory");
        assert!(
            total(&other).await.is_err(),
            "the database is private to its handle"
        );
    }
}

#[tokio::test]
async fn a_file_is_opened_with_the_settings_of_sqlite() {
    let directory = tempfile::tempdir().expect("a directory");
    let db = Db::<Any>::connect(&format!(
        "sqlite://{}/new.db?mode=rwc",
        directory.path().display()
    ))
    .await
    .expect("the file can be made");
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(db.pool())
        .await
        .expect("a pragma");
    assert_eq!(mode, "wal");
    for (pragma, value) in [
        ("foreign_keys", 1),
        ("synchronous", 1),
        ("busy_timeout", 5000),
    ] {
        let set: i64 = sqlx::query_scalar(AssertSqlSafe(format!("PRAGMA {pragma}")))
            .fetch_one(db.pool())
            .await
            .expect("a pragma");
        assert_eq!(set, value, "{pragma}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_once() {
    for url in [
        "postgres://nobody@127.0.0.1:1/none",
        "mysql://nobody@127.0.0.1:1/none",
        "sqlite:///none/none.db",
        "oracle://none",
        "none",
    ] {
        let asked = Instant::now();
        let error = Db::<Any>::connect(url)
            .await
            .expect_err("there is no database");
        assert!(
            asked.elapsed() < Duration::from_secs(2) && !matches!(error, sqlx::Error::PoolTimedOut),
            "{url}: {error}"
        );
    }
}
