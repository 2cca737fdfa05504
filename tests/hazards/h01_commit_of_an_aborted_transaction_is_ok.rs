//! H1, PostgreSQL: the caller ignores the error of a statement, `commit()` returns `Ok(())`, and
//! nothing is stored. The server answers COMMIT of an aborted transaction with the command tag
//! ROLLBACK, which is not an error, and sqlx does not read the tag.

use sqlx::Postgres;
use sqlx_transactional::{Error, Session, transactional};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, cents, options};

const DUPLICATE: &str = "INSERT INTO accounts VALUES (2, 0)";

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query(DEBIT).execute(&mut *transaction).await.unwrap();
    sqlx::query(DUPLICATE)
        .execute(&mut *transaction)
        .await
        .expect_err("account 2 exists");
    transaction
        .commit()
        .await
        .expect("the hazard: COMMIT is Ok");
    assert_eq!(cents(&database).await, 1000);
}

#[transactional]
async fn swallow(
    session: &mut Session<Postgres>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    sqlx::query(DEBIT).execute(&mut *session).await?;
    sqlx::query(DUPLICATE)
        .execute(session)
        .await
        .expect_err("account 2 exists");
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::with_accounts().await;
    let error = swallow(&database.pool(options(1)))
        .await
        .expect_err("nothing was stored");
    let found = Error::find(&*error).expect("the error is ours");
    assert!(matches!(found, Error::RolledBack { .. }), "{found:?}");
    assert_eq!(found.sqlstate(), Some("23505"));
    assert_eq!(cents(&database).await, 1000);
}
