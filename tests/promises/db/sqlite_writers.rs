//! Many tasks write to one SQLite file. With one writing connection, they queue in the pool, and
//! none fails.

use std::sync::Arc;

use sqlx::{Any, AssertSqlSafe, Sqlite};
use sqlx_transactional::{Db, ReadOnly, Session, transactional};
use tests::servers::TestDatabase;
use tokio::sync::Notify;
use tokio::task::JoinSet;

const WRITERS: i64 = 32;
const WRITES: i64 = 100;

macro_rules! counter {
    ($module:ident, $db:ty) => {
        mod $module {
            use super::*;

            /// Reads and then writes what it has read. By hand, that fails at once, because SQLite
            /// cannot wait for the write lock with an old snapshot.
            #[transactional]
            async fn add_one(session: &mut Session<$db>, id: i64) -> Result<(), sqlx::Error> {
                let select = format!("SELECT cents FROM accounts WHERE id = {id}");
                let cents: i64 = sqlx::query_scalar(AssertSqlSafe(select)).fetch_one(&mut *session).await?;
                let update = format!("UPDATE accounts SET cents = {cents} + 1 WHERE id = {id}");
                sqlx::query(AssertSqlSafe(update)).execute(session).await?;
                Ok(())
            }

            #[transactional]
            async fn total(session: &mut Session<$db, ReadOnly>) -> Result<i64, sqlx::Error> {
                let total = "SELECT (SELECT cents FROM accounts WHERE id = 1) + (SELECT cents FROM accounts WHERE id = 2)";
                sqlx::query_scalar(total).fetch_one(session).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn all_succeed() {
                let database = TestDatabase::<Sqlite>::with_accounts().await;
                let db = Db::<$db>::connect(database.url()).await.expect("the file");
                let mut tasks = JoinSet::new();
                for writer in 0..WRITERS {
                    let db = db.clone();
                    tasks.spawn(async move {
                        for write in 0..WRITES {
                            add_one(&db, 1 + (writer + write) % 2).await.expect("no writer fails");
                        }
                    });
                }
                for _ in 0..4 {
                    let db = db.clone();
                    tasks.spawn(async move {
                        let mut before = 0;
                        for _ in 0..WRITES {
                            let now = total(&db).await.expect("no reader fails");
                            assert!(now >= before, "what was seen is seen again");
                            before = now;
                        }
                    });
                }
                while let Some(done) = tasks.join_next().await {
                    done.expect("no task fails");
                }
                assert_eq!(database.integer("SELECT sum(cents) FROM accounts").await, 2000 + WRITERS * WRITES);
            }

            #[transactional]
            async fn hold(session: &mut Session<$db>, written: &Notify, go_on: &Notify) -> Result<(), sqlx::Error> {
                sqlx::query("UPDATE accounts SET cents = 0").execute(&mut *session).await?;
                written.notify_one();
                go_on.notified().await;
                Ok(())
            }

            #[tokio::test]
            async fn do_not_keep_others_from_reading() {
                let database = TestDatabase::<Sqlite>::with_accounts().await;
                let db = Db::<$db>::connect(database.url()).await.expect("the file");
                let (written, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
                let writing = {
                    let (db, written, go_on) = (db.clone(), Arc::clone(&written), Arc::clone(&go_on));
                    tokio::spawn(async move { hold(&db, &written, &go_on).await })
                };
                written.notified().await;
                assert_eq!(total(&db).await.expect("the writer's connection is not needed"), 2000);
                go_on.notify_one();
                writing.await.expect("no panic").expect("no writer fails");
                assert_eq!(total(&db).await.expect("it is committed"), 0);
            }
        }
    };
}
counter!(sqlite, Sqlite);
counter!(any, Any);
