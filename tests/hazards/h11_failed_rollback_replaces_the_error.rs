//! H11: where the rollback fails as well, `Connection::transaction` returns its error in place of
//! the function's own: what went wrong is lost, and so is every decision that depends on it.

use std::sync::Arc;

use sqlx::{Connection as _, Executor as _, MySql, Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, options};

/// What a user's error looks like.
#[derive(Debug)]
enum Failure {
    /// Of the function itself.
    Overdraft,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// The function fails while its connection is being ended, of which the client has not been told.
macro_rules! where_the_connection_is_lost {
    ($($module:ident: $db:ty;)*) => { $(
        mod $module {
            use super::*;

            #[tokio::test]
            async fn by_hand() {
                let database = Arc::new(TestDatabase::<$db>::with_accounts().await);
                let mut connection = database.pool(options(1)).acquire().await.unwrap();
                let fails = connection.transaction(move |transaction| {
                    Box::pin(async move {
                        transaction.execute(DEBIT).await?;
                        database.terminate_all().await;
                        Err::<(), _>(Failure::Overdraft)
                    })
                });
                let failure = fails.await.expect_err("it fails");
                assert!(matches!(failure, Failure::Database(_)), "the hazard: nobody hears of the overdraft: {failure:?}");
            }

            #[transactional]
            async fn fails(session: &mut Session<$db>, database: &TestDatabase<$db>) -> Result<(), Failure> {
                session.execute(DEBIT).await?;
                database.terminate_all().await;
                Err(Failure::Overdraft)
            }

            #[tokio::test]
            async fn through_us() {
                let database = TestDatabase::<$db>::with_accounts().await;
                let pool = database.pool(options(1));
                let failure = fails(&pool, &database).await.expect_err("it fails");
                assert!(matches!(failure, Failure::Overdraft), "{failure:?}");
                all_is_well(&database, &pool, ROW).await;
                assert_eq!(cents(&database).await, 1000);
            }
        }
    )* };
}
where_the_connection_is_lost! {
    postgres: Postgres;
    mariadb: MySql;
}

/// Has no connection to lose; ROLLBACK fails where the transaction has already been rolled back.
mod sqlite {
    use super::*;

    const ROLLS_BACK: &str = "INSERT OR ROLLBACK INTO accounts VALUES (1, 0)";

    #[tokio::test]
    async fn by_hand() {
        let database = TestDatabase::<Sqlite>::with_accounts().await;
        let mut connection = database.pool(options(1)).acquire().await.unwrap();
        let fails = connection.transaction(|transaction| {
            Box::pin(async move {
                transaction.execute(DEBIT).await?;
                assert_eq!(
                    code(
                        &transaction
                            .execute(ROLLS_BACK)
                            .await
                            .expect_err("there is one")
                    ),
                    "1555"
                );
                Err::<(), _>(Failure::Overdraft)
            })
        });
        match fails.await.expect_err("it fails") {
            Failure::Database(error) => {
                assert_eq!(code(&error), "1", "the hazard: no transaction is active")
            }
            Failure::Overdraft => panic!("the hazard is gone"),
        }
    }

    #[transactional]
    async fn fails(session: &mut Session<Sqlite>) -> Result<(), Failure> {
        session.execute(DEBIT).await?;
        assert_eq!(
            code(&session.execute(ROLLS_BACK).await.expect_err("there is one")),
            "1555"
        );
        Err(Failure::Overdraft)
    }

    #[tokio::test]
    async fn through_us() {
        let database = TestDatabase::<Sqlite>::with_accounts().await;
        let pool = database.pool(options(1));
        let failure = fails(&pool).await.expect_err("it fails");
        assert!(matches!(failure, Failure::Overdraft), "{failure:?}");
        all_is_well(&database, &pool, ROW).await;
        assert_eq!(cents(&database).await, 1000);
    }
}
