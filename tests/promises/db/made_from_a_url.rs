//! `Db::connect` opens a database with the settings that it documents.

use sqlx_transactional::{Db, Session, transactional};
use tests::servers::TestDatabase;

#[tokio::test]
async fn of_a_file() {
    let database = TestDatabase::<sqlx::Sqlite>::new().await;
    let db = Db::<sqlx::Sqlite>::connect(database.url())
        .await
        .expect("the file can be made");
    let setting = async |name| -> String {
        let value: i64 = match name {
            "journal_mode" => {
                return sqlx::query_scalar("PRAGMA journal_mode")
                    .fetch_one(db.pool())
                    .await
                    .expect("a pragma");
            }
            "foreign_keys" => {
                sqlx::query_scalar("PRAGMA foreign_keys")
                    .fetch_one(db.pool())
                    .await
            }
            "synchronous" => {
                sqlx::query_scalar("PRAGMA synchronous")
                    .fetch_one(db.pool())
                    .await
            }
            _ => {
                sqlx::query_scalar("PRAGMA busy_timeout")
                    .fetch_one(db.pool())
                    .await
            }
        }
        .expect("a pragma");
        value.to_string()
    };
    assert_eq!(setting("journal_mode").await, "wal");
    assert_eq!(setting("foreign_keys").await, "1");
    assert_eq!(setting("synchronous").await, "1");
    assert_eq!(setting("busy_timeout").await, "5000");
}

#[transactional]
async fn count(session: &mut Session<sqlx::Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM kept")
        .fetch_one(session)
        .await
}

/// A second connection would open a second, empty database.
#[tokio::test]
async fn of_a_database_in_memory() {
    for url in ["sqlite::memory:", "sqlite://kept?mode=memory"] {
        let db = Db::<sqlx::Sqlite>::connect(url).await.expect("memory");
        sqlx::raw_sql("CREATE TABLE kept (n INTEGER)")
            .execute(db.pool())
            .await
            .expect("a fresh database");
        let calls = futures_util::future::join_all((0..8).map(|_| count(&db))).await;
        assert!(
            calls
                .into_iter()
                .all(|counted| counted.is_ok_and(|count| count == 0))
        );
        let other = Db::<sqlx::Sqlite>::connect(url).await.expect("memory");
        assert!(
            count(&other).await.is_err(),
            "the database is private to its handle"
        );
    }
}

#[test]
fn a_handle_shows_no_secrets() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let pool =
        sqlx::PgPool::connect_lazy("postgres://user:hunter2@127.0.0.1:1/none").expect("a URL");
    assert_eq!(
        format!("{:?}", Db::from(pool)),
        "Db { database: \"PostgreSQL\", connections: 0, readers: 0, .. }"
    );
}
