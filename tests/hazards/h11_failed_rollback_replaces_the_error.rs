//! H11: if the rollback fails too, `Connection::transaction` returns the error of the rollback
//! instead of the function's own. The first error is lost, and with it every decision that depends
//! on it.

use std::sync::Arc;

use sqlx::{Connection as _, Executor as _, MySql, Postgres, Sqlite};
use sqlx_transactional::{Session, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, options};

/// An error type as applications have it.
#[derive(Debug)]
enum Failure {
    /// The function's own error.
    Overdraft,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// The function fails after the server has ended its connection, which the client does not know
/// yet.
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
                assert!(matches!(failure, Failure::Database(_)), "the hazard: the overdraft is lost: {failure:?}");
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

/// In memory there is no connection to lose. ROLLBACK fails if the transaction was already rolled
/// back.
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
                            .expect_err("the row exists")
                    ),
                    "1555"
                );
                Err::<(), _>(Failure::Overdraft)
            })
        });
        match fails.await.expect_err("it fails") {
            Failure::Database(error) => {
                assert_eq!(code(&error), "1", "the hazard: no transaction is active");
            }
            Failure::Overdraft => panic!("the hazard is gone"),
        }
    }

    #[transactional]
    async fn fails(session: &mut Session<Sqlite>) -> Result<(), Failure> {
        session.execute(DEBIT).await?;
        assert_eq!(
            code(
                &session
                    .execute(ROLLS_BACK)
                    .await
                    .expect_err("the row exists")
            ),
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
