//! H13, MariaDB: the isolation level cannot be set inside the transaction (1568), and BEGIN does
//! not accept one. The sequence that works on PostgreSQL, `begin()` and then SET TRANSACTION,
//! fails.

use sqlx::{Executor as _, MySql, MySqlConnection};
use sqlx_transactional::{Serializable, Session, transactional};
use tests::servers::TestDatabase;

use crate::accounts::options;
use crate::mariadb::number;

const READ: &str = "SELECT cents FROM accounts WHERE id = 1";

/// Whether another transaction cannot change the row that was read, as SERIALIZABLE guarantees.
async fn is_locked(other: &mut MySqlConnection) -> bool {
    match other
        .execute("SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE NOWAIT")
        .await
    {
        Ok(_) => false,
        Err(error) => number(&error) == 1205,
    }
}

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    let error = transaction
        .execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        .await
        .expect_err("the hazard: too late");
    assert_eq!(number(&error), 1568);
    transaction.execute(READ).await.unwrap();
    assert!(!is_locked(&mut database.connect().await).await);
}

#[transactional]
async fn serializable(
    session: &mut Session<MySql, Serializable>,
    other: &mut MySqlConnection,
) -> Result<bool, sqlx::Error> {
    session.execute(READ).await?;
    Ok(is_locked(other).await)
}

#[transactional]
async fn default(
    session: &mut Session<MySql>,
    other: &mut MySqlConnection,
) -> Result<bool, sqlx::Error> {
    session.execute(READ).await?;
    Ok(is_locked(other).await)
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    let mut other = database.connect().await;
    assert!(
        serializable(&pool, &mut other)
            .await
            .expect("nothing fails")
    );
    assert!(
        !default(&pool, &mut other).await.expect("nothing fails"),
        "the isolation level applies to one transaction only"
    );
}
