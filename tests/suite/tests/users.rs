//! Tests that pass, on each database. The module that is run has to fit the database of
//! `DATABASE_URL`.
use std::process::ExitCode;

use sqlx::{Any, MySql, Pool, Postgres, Sqlite, migrate::Migrator, raw_sql};
use sqlx_transactional::{Db, Fault, Sandbox};
use suite::{found, post, posts, sign_up, users};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The same tests in a module for each database.
macro_rules! on {
    ($($module:ident $DB:ident)*) => { $(
        mod $module {
            use super::*;

            #[sqlx_transactional::test]
            async fn signs_up(db: Db<$DB>) -> Result<(), sqlx::Error> {
                sign_up(&db, "ada").await?;
                assert_eq!(users(&db).await?, 1);
                Ok(())
            }

            #[sqlx_transactional::test]
            async fn a_name_is_taken_once(db: Db<$DB>) {
                sign_up(&db, "ada").await.expect("it is free");
                sign_up(&db, "ada").await.expect_err("it is taken");
                assert_eq!(users(&db).await.expect("they are read"), 1);
            }

            #[sqlx_transactional::test(fixtures("users", "posts.sql"))]
            async fn finds_fixtures(db: Db<$DB>) -> Result<(), sqlx::Error> {
                post(&db, "grace", "again").await?;
                assert_eq!((users(&db).await?, posts(&db).await?), (2, 2));
                Ok(())
            }

            #[sqlx_transactional::test(flavor = "multi_thread", fixtures("../tests/fixtures/users.sql"))]
            async fn runs_on_several_threads(db: Db<$DB>) -> Result<(), sqlx::Error> {
                let other = tokio::spawn({
                    let db = db.clone();
                    async move { sign_up(&db, "ada").await }
                });
                other.await.expect("it does not panic")?;
                assert_eq!(users(&db).await?, 3);
                Ok(())
            }

            #[sqlx_transactional::test(isolation = serializable)]
            async fn tries_again(db: Db<$DB>, sandbox: &Sandbox<$DB>) -> ExitCode {
                sandbox.fail_next(Fault::Deadlock);
                assert!(found(&db, "ada").await.is_err(), "it has no retry of its own");
                sandbox.fail_next(Fault::Deadlock);
                sign_up(&db, "ada").await.expect("with the second attempt");
                assert_eq!((sandbox.rolled_back(), sandbox.committed()), (2, 1));
                ExitCode::SUCCESS
            }

            #[sqlx_transactional::test]
            #[should_panic(expected = "as it should")]
            async fn panics(_db: Db<$DB>) {
                panic!("as it should");
            }

            #[sqlx_transactional::test(migrations = false)]
            async fn needs_no_migrations(db: Db<$DB>) -> Result<(), sqlx::Error> {
                raw_sql("SELECT 1").fetch_one(db.pool()).await.map(drop)
            }

            #[sqlx_transactional::test(migrator = MIGRATOR)]
            async fn takes_a_migrator(db: Db<$DB>) -> Result<(), sqlx::Error> {
                assert_eq!(users(&db).await?, 0);
                Ok(())
            }

            #[sqlx_transactional::test(clone, fixtures("users"))]
            async fn changes_tables(db: Db<$DB>, pool: Pool<$DB>) -> Result<(), sqlx::Error> {
                raw_sql("CREATE TABLE more (id BIGINT); DROP TABLE posts").execute(&pool).await?;
                sign_up(&db, "ada").await?;
                assert_eq!(users(&pool).await?, 3);
                posts(&db).await.map(drop).expect_err("the table is gone");
                Ok(())
            }

            #[sqlx_transactional::test(clone)]
            #[should_panic(expected = "as it should")]
            async fn panics_in_a_clone(db: Db<$DB>) {
                sign_up(&db, "ada").await.expect("it is free");
                panic!("as it should");
            }
        }
    )* };
}
on! { postgres Postgres mysql MySql sqlite Sqlite any Any }

/// Needs several connections.
#[sqlx_transactional::test(clone)]
async fn postgres_one_of_two_is_refused(db: Db<Postgres>) {
    let (one, two) = tokio::join!(found(&db, "ada"), found(&db, "grace"));
    assert!(one.is_ok() || two.is_ok());
    assert_eq!(users(&db).await.expect("they are read"), 1);
}
