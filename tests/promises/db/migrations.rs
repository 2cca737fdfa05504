//! Migrations run through sqlx's own migrator, on the connection that writes, and leave no lock
//! behind.

use std::time::Duration;

use futures_util::future::join_all;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Any, SqlStr};
use sqlx_transactional::{Db, DbOptions, Driver, Session, transactional};
use tests::servers::TestDatabase;
use tokio::time::timeout;

/// Far longer than a migration takes. Detects a migration that waits for a lock that is never
/// released.
const NEVER: Duration = Duration::from_secs(20);

fn migrator(texts: &[&'static str]) -> Migrator {
    let migrations = texts.iter().zip(1..).map(|(sql, version)| {
        Migration::new(
            version,
            "a step".into(),
            MigrationType::Simple,
            SqlStr::from_static(sql),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

const SHOP: [&str; 2] = [
    "CREATE TABLE shop (id BIGINT PRIMARY KEY)",
    "INSERT INTO shop VALUES (1)",
];

async fn with_one_connection<DB: Driver>(url: &str) -> Db<DB> {
    let options = DbOptions::<DB>::from_url(url)
        .expect("a URL")
        .pool(|pool| pool.max_connections(1));
    options.connect().await.expect("the database")
}

async fn migrate<DB: Driver<Connection: Migrate>>(
    db: &Db<DB>,
    texts: &[&'static str],
) -> Result<(), MigrateError> {
    timeout(NEVER, db.migrate(&migrator(texts)))
        .await
        .expect("it waits for no lock")
}

on_each_database! {
    #[tokio::test]
    async fn run_once_on_a_pool_of_one() {
        let database = TestDatabase::<DB>::new().await;
        let db = with_one_connection::<DB>(database.url()).await;
        let spawned = tokio::spawn({ let db = db.clone(); async move { migrate(&db, &SHOP[..1]).await } });
        spawned.await.expect("it does not panic").expect("the first");
        migrate(&db, &SHOP).await.expect("the second");
        migrate(&db, &SHOP).await.expect("nothing to do");
        assert_eq!(database.integer("SELECT count(*) FROM shop").await, 1);
        let changed = migrate(&db, &[SHOP[0], "INSERT INTO shop VALUES (2)"]).await;
        assert!(matches!(changed, Err(MigrateError::VersionMismatch(2))), "{changed:?}");
    }

    #[tokio::test]
    async fn run_behind_any() {
        let database = TestDatabase::<DB>::new().await;
        let db = with_one_connection::<Any>(database.url()).await;
        migrate(&db, &SHOP).await.expect("both");
        migrate(&db, &SHOP).await.expect("nothing to do");
        assert_eq!(database.integer("SELECT count(*) FROM shop").await, 1);
    }

    /// sqlx leaves its lock on the connection, which returns to the pool. The next migration would
    /// wait for that lock.
    #[tokio::test]
    async fn that_fail_leave_no_lock_behind() {
        let database = TestDatabase::<DB>::new().await;
        let (failing, next) = (with_one_connection::<DB>(database.url()).await, with_one_connection::<DB>(database.url()).await);
        migrate(&failing, &SHOP).await.expect("both");
        let changed = migrate(&failing, &["SELECT 1"]).await;
        assert!(changed.is_err());
        migrate(&next, &SHOP).await.expect("nothing to do");
        migrate(&failing, &SHOP).await.expect("nothing to do");
    }

    #[tokio::test]
    async fn inside_a_transaction_are_refused() {
        #[transactional]
        async fn migrating(session: &mut Session<DB>, db: &Db<DB>) -> Result<String, sqlx::Error> {
            let _ = session.attempt();
            Ok(migrate(db, &SHOP).await.expect_err("this task has the connection").to_string())
        }

        let database = TestDatabase::<DB>::new().await;
        let db = with_one_connection::<DB>(database.url()).await;
        let said = migrating(&db, &db).await.expect("nothing was done");
        assert!(said.contains("already holds the only connection"), "{said}");
    }
}

mod at_once {
    use super::*;

    on! { [postgres mysql]
        /// sqlx asks for a lock with a timeout of -1. MariaDB returns at once without the lock, and
        /// MySQL waits without a limit.
        #[tokio::test]
        async fn wait_for_each_other() {
            let database = TestDatabase::<DB>::new().await;
            let mut handles = Vec::new();
            for _ in 0..8 {
                handles.push(with_one_connection::<DB>(database.url()).await);
            }
            let all = join_all(handles.iter().map(|db| migrate(db, &SHOP))).await;
            assert!(all.iter().all(Result::is_ok), "{all:?}");
            assert_eq!(database.integer("SELECT count(*) FROM shop").await, 1);
        }
    }
}

/// How many advisory locks are held in this database. sqlx's migrator takes one.
async fn held(database: &TestDatabase<sqlx::Postgres>) -> i64 {
    let of_this = "(SELECT oid FROM pg_database WHERE datname = current_database())";
    database
        .integer(&format!(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = {of_this}"
        ))
        .await
}

#[tokio::test]
async fn that_fail_keep_the_lock_by_hand() {
    let database = TestDatabase::<sqlx::Postgres>::new().await;
    let by_hand = database.pool(crate::bank::options(1));
    migrator(&["SELECT no_such_column"])
        .run(&by_hand)
        .await
        .expect_err("it fails");
    drop(by_hand.acquire().await.expect("it is back in the pool"));
    assert_eq!(
        held(&database).await,
        1,
        "sqlx now releases the lock itself: the crate's workaround can go"
    );
    by_hand.close().await;

    let db = with_one_connection::<sqlx::Postgres>(database.url()).await;
    migrate(&db, &["SELECT no_such_column"])
        .await
        .expect_err("it fails");
    drop(db.pool().acquire().await.expect("another"));
    while held(&database).await > 0 {
        tokio::task::yield_now().await;
    }
}
