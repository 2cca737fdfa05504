//! An application that migrates its database at the start also does so in a sandbox. If the
//! database is already migrated, there is nothing to do.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{SqlStr, query_scalar};
use sqlx_transactional::{Db, ReadOnly, Sandbox, Session, transactional};

use super::{on_pool, open, pool_on, sandbox_on};
use crate::bank::BankError;

const NOTES: [&str; 2] = [
    "CREATE TABLE notes (id BIGINT PRIMARY KEY)",
    "INSERT INTO notes VALUES (1)",
];

fn migrator() -> Migrator {
    let migration = |(sql, version)| {
        Migration::new(
            version,
            "a step".into(),
            MigrationType::Simple,
            SqlStr::from_static(sql),
            false,
        )
    };
    Migrator::with_migrations(NOTES.into_iter().zip(1..).map(migration).collect())
}

on_each_driver! {
    #[transactional]
    async fn notes(session: &mut Session<DB, ReadOnly>) -> Result<i64, BankError> {
        Ok(query_scalar("SELECT COUNT(*) FROM notes").fetch_one(session).await?)
    }

    #[tokio::test]
    async fn that_have_run_are_not_run_again() {
        let (_database, pool) = on_pool::<Home, DB>(4).await;
        Db::from(pool.clone()).migrate(&migrator()).await.expect("nothing fails");
        let sandbox = sandbox_on(&pool).await;
        let db = sandbox.db();
        add(&db, 1, 1).await.expect("it commits");
        db.migrate(&migrator()).await.expect("there is nothing to do");
        assert_eq!((notes(&db).await.expect("they are there"), add(&db, 1, 0).await.expect("the earlier write is there")), (1, 1001));
        sandbox.close().await.expect("nothing ended its transaction");
    }

    #[tokio::test]
    async fn that_have_not_run_are_rolled_back_with_it_or_refused() {
        let (database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        match db.migrate(&migrator()).await {
            Ok(()) => assert_eq!(notes(&db).await.expect("they are there"), 1),
            Err(MigrateError::Execute(refused)) => {
                assert_eq!(<Home as sqlx::Database>::NAME, "MySQL");
                assert!(refused.to_string().contains("run them on its pool before it is opened"), "{refused}");
                assert_eq!(add(&db, 1, 1).await.expect("the sandbox goes on"), 1001);
            }
            Err(other) => panic!("{other}"),
        }
        sandbox.close().await.expect("nothing ended its transaction");
        Db::from(pool_on::<Home, DB>(&database, 1)).migrate(&migrator()).await.expect("they have not run");
    }
}

#[tokio::test]
async fn on_a_pool_of_one_are_refused_until_they_have_run() {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("it is in memory");
    let sandbox = Sandbox::open(&pool).await.expect("it is opened");
    sandbox
        .db()
        .migrate(&migrator())
        .await
        .expect_err("sqlx would begin a transaction of its own");
    sandbox
        .close()
        .await
        .expect("nothing ended its transaction");
    Db::from(pool.clone())
        .migrate(&migrator())
        .await
        .expect("nothing fails");
    let sandbox = Sandbox::open(&pool).await.expect("it is opened");
    sandbox
        .db()
        .migrate(&migrator())
        .await
        .expect("there is nothing to do");
    sandbox
        .close()
        .await
        .expect("nothing ended its transaction");
}
