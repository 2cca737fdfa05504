//! H6, MariaDB: a data definition statement commits the transaction that it runs in. A later
//! `rollback()` has nothing to undo.

use sqlx::{Executor as _, MySql};
use sqlx_transactional::{Error, Session, transactional};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, cents, options, text_of_ours};

const DEFINES: &str = "CREATE TABLE entries (id BIGINT PRIMARY KEY)";

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    transaction.execute(DEBIT).await.unwrap();
    transaction.execute(DEFINES).await.unwrap();
    transaction
        .rollback()
        .await
        .expect("the hazard: ROLLBACK is Ok");
    assert_eq!(cents(&database).await, 900, "the hazard: it was stored");
}

#[transactional]
async fn defines(
    session: &mut Session<MySql>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    session.execute(DEBIT).await?;
    session
        .execute("CREATE TEMPORARY TABLE scratch (id BIGINT)")
        .await
        .expect("this one does not commit");
    session.execute(DEFINES).await?;
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let error = defines(&database.pool(options(1)))
        .await
        .expect_err("the statement is not sent");
    assert!(
        text_of_ours(&*error)
            .starts_with("`CREATE TABLE` was not sent: the server would commit the transaction"),
        "{error}"
    );
    assert!(!matches!(
        Error::find(&*error),
        Some(Error::RolledBack { .. })
    ));
    assert_eq!(cents(&database).await, 1000);
}
