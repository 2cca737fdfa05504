//! The `on_connect` hook runs on each new connection, in addition to an `after_connect` of the
//! user's pool. Its error is the error of the call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use sqlx::{Any, Executor as _, Postgres, Sqlite};
use sqlx_transactional::{DbOptions, ReadOnly, Session, transactional};
use tests::servers::TestDatabase;

on_each_database! {
    #[tokio::test]
    async fn its_error_is_that_of_connect_and_then_of_the_call() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let (fails, runs) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
        let options = || {
            let (fails, runs) = (Arc::clone(&fails), Arc::clone(&runs));
            DbOptions::<DB>::from_url(database.url()).expect("a URL").pool(|pool| pool.max_connections(1)).on_connect(move |connection| {
                runs.fetch_add(1, SeqCst);
                let sql = if fails.load(SeqCst) { "SELECT no_such_column" } else { "SELECT 1" };
                Box::pin(async move { connection.execute(sql).await.map(drop) })
            })
        };
        let error = options().connect().await.expect_err("the hook fails");
        assert!(error.as_database_error().is_some_and(|error| error.message().contains("no_such_column")), "{error}");

        fails.store(false, SeqCst);
        let db = options().connect().await.expect("the hook succeeds");
        fails.store(true, SeqCst);
        for _ in 0..3 {
            let error = transfer(&db, 1, 2, 1).await.expect_err("a new connection is needed");
            let crate::bank::BankError::Database(error) = error else { panic!("{error:?}") };
            assert!(error.as_database_error().is_some_and(|error| error.message().contains("no_such_column")), "{error}");
        }
        assert_eq!(runs.load(SeqCst), 5, "once for each new connection");
        fails.store(false, SeqCst);
        transfer(&db, 1, 2, 1).await.expect("every permit is back");
        transfer(&db, 1, 2, 1).await.expect("the connection is reused");
        assert_eq!(runs.load(SeqCst), 6);
    }
}

#[transactional]
async fn settings(
    session: &mut Session<Postgres>,
) -> Result<(String, String, String), sqlx::Error> {
    let asked = "SELECT current_setting('shop.first', true), current_setting('shop.second', true), current_setting('shop.third', true)";
    sqlx::query_as(asked).fetch_one(session).await
}

#[tokio::test]
async fn it_follows_an_after_connect_of_the_pool() {
    let database = TestDatabase::<Postgres>::new().await;
    let db = DbOptions::from(database.options())
        .on_connect(|connection| {
            Box::pin(async {
                connection
                    .execute("SET shop.second = 'b'; SET shop.first = 'c'")
                    .await
                    .map(drop)
            })
        })
        .pool(|pool| {
            pool.max_connections(2).after_connect(|connection, _| {
                Box::pin(async {
                    connection
                        .execute("SET shop.first = 'a'; SET shop.third = 'd'")
                        .await
                        .map(drop)
                })
            })
        })
        .pool(|pool| pool.max_connections(1))
        .connect()
        .await
        .expect("the server");
    for _ in 0..2 {
        assert_eq!(
            settings(&db).await.expect("all are set"),
            ("c".into(), "b".into(), "d".into())
        );
    }

    let alone = DbOptions::from(database.options()).pool(|pool| {
        pool.after_connect(|connection, _| {
            Box::pin(async {
                connection
                    .execute("SET shop.first = 'a'; SET shop.second = 'a'; SET shop.third = 'a'")
                    .await
                    .map(drop)
            })
        })
    });
    let alone = alone.connect().await.expect("the server");
    assert_eq!(
        settings(&alone).await.expect("all are set"),
        ("a".into(), "a".into(), "a".into())
    );
}

#[transactional]
async fn marked<DB: Marks>(session: &mut Session<DB>) -> Result<i64, sqlx::Error> {
    DB::mark(session).await
}

#[transactional]
async fn marked_for_reading<DB: Marks>(
    session: &mut Session<DB, ReadOnly>,
) -> Result<i64, sqlx::Error> {
    DB::mark(session).await
}

trait Marks: sqlx_transactional::Driver {
    fn mark(
        session: &mut Session<Self, ReadOnly>,
    ) -> impl Future<Output = Result<i64, sqlx::Error>> + Send;
}

macro_rules! marks {
    ($($db:ty)*) => { $(
        impl Marks for $db {
            async fn mark(session: &mut Session<Self, ReadOnly>) -> Result<i64, sqlx::Error> {
                sqlx::query_scalar("PRAGMA analysis_limit").fetch_one(session).await
            }
        }
    )* };
}
marks! { Sqlite Any }

#[tokio::test]
async fn connections_that_only_read_go_through_it_too() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let typed = DbOptions::<Sqlite>::from_url(database.url()).expect("a URL");
    let typed = typed.on_connect(|connection| {
        Box::pin(async {
            connection
                .execute("PRAGMA analysis_limit = 77")
                .await
                .map(drop)
        })
    });
    let typed = typed.connect().await.expect("the file");
    assert_eq!(
        (
            marked(&typed).await.expect("set"),
            marked_for_reading(&typed).await.expect("set")
        ),
        (77, 77)
    );

    let any = DbOptions::<Any>::from_url(database.url()).expect("a URL");
    let any = any.on_connect(|connection| {
        Box::pin(async {
            connection
                .execute("PRAGMA analysis_limit = 78")
                .await
                .map(drop)
        })
    });
    let any = any.connect().await.expect("the file");
    assert_eq!(
        (
            marked(&any).await.expect("set"),
            marked_for_reading(&any).await.expect("set")
        ),
        (78, 78)
    );
}
