//! H35: a helper that was written for sqlx begins a transaction on a connection that is already
//! inside one. That commits the earlier statements or ends the transaction, and the COMMIT that
//! follows is `Ok`. A `SELECT 1` before it does not reveal this. SQLite refuses the helper.

use sqlx::{Connection as _, Executor as _, MySql, Postgres, Sqlite};
use sqlx_transactional::{Error, Session, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, options};

/// The usual form of a helper. Each one ends the transaction around it.
macro_rules! helper {
    ($name:ident, $db:ty) => {
        async fn $name(
            connection: &mut <$db as sqlx::Database>::Connection,
            commits: bool,
        ) -> Result<(), sqlx::Error> {
            let mut transaction = connection.begin().await?;
            transaction
                .execute("UPDATE accounts SET cents = cents + 100 WHERE id = 2")
                .await?;
            if commits {
                transaction.commit().await
            } else {
                transaction.rollback().await
            }
        }
    };
}
helper!(helper_on_postgres, Postgres);
helper!(helper_on_mysql, MySql);
helper!(helper_on_sqlite, Sqlite);

/// The writes before the helper are stored although this transaction rolls back. On PostgreSQL they
/// are lost although it commits.
macro_rules! by_hand {
    ($test:ident, $db:ty, $helper:ident, $ends:expr) => {
        #[tokio::test]
        async fn $test() {
            for (commits, end, left) in $ends {
                let database = TestDatabase::<$db>::with_accounts().await;
                let mut connection = database.connect().await;
                connection.execute("BEGIN").await.unwrap();
                connection.execute(DEBIT).await.unwrap();
                $helper(&mut connection, commits)
                    .await
                    .expect("the hazard: the helper is Ok");
                connection
                    .execute("SELECT 1")
                    .await
                    .expect("the hazard: `SELECT 1` is Ok");
                connection
                    .execute(end)
                    .await
                    .expect("the hazard: the end is Ok");
                assert_eq!(cents(&database).await, left, "the hazard: {end}");
            }
        }
    };
}
by_hand!(
    by_hand_on_postgres,
    Postgres,
    helper_on_postgres,
    [(true, "ROLLBACK", 900), (false, "COMMIT", 1000)]
);
by_hand!(
    by_hand_on_mysql,
    MySql,
    helper_on_mysql,
    [(true, "ROLLBACK", 900), (false, "ROLLBACK", 900)]
);

/// On SQLite the helper is refused, and the transaction around it is not affected.
#[tokio::test]
async fn by_hand_not_on_sqlite() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let mut connection = database.connect().await;
    connection.execute("BEGIN").await.unwrap();
    connection.execute(DEBIT).await.unwrap();
    let error = helper_on_sqlite(&mut connection, true)
        .await
        .expect_err("it is inside a transaction");
    assert!(
        error
            .to_string()
            .contains("cannot start a transaction within a transaction"),
        "{error}"
    );
    connection
        .execute("COMMIT")
        .await
        .expect("the transaction is still open");
    assert_eq!(cents(&database).await, 900);
}

macro_rules! through_us {
    ($name:ident, $test:ident, $db:ty, $helper:ident) => {
        #[transactional]
        async fn $name(
            session: &mut Session<$db>,
            commits: bool,
        ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            session.execute(DEBIT).await?;
            $helper(session.connection().await?, commits).await?;
            Ok(())
        }

        #[tokio::test]
        async fn $test() {
            let database = TestDatabase::<$db>::with_accounts().await;
            let pool = database.pool(options(1));
            for commits in [true, false] {
                let error = $name(&pool, commits)
                    .await
                    .expect_err("the helper ended the transaction, or was refused");
                let found_out =
                    matches!(Error::find(&*error), Some(Error::TransactionControl { .. }));
                // SQLite refuses to begin inside a transaction, and the crate rolls back the call.
                assert!(
                    found_out || <$db as sqlx::Database>::NAME == "SQLite",
                    "{error:?}"
                );
                all_is_well(&database, &pool, ROW).await;
            }
        }
    };
}
through_us!(
    on_postgres,
    through_us_on_postgres,
    Postgres,
    helper_on_postgres
);
through_us!(on_mysql, through_us_on_mysql, MySql, helper_on_mysql);
through_us!(on_sqlite, through_us_on_sqlite, Sqlite, helper_on_sqlite);
