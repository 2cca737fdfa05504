//! H8, MariaDB: a lock timeout has SQLSTATE HY000, which means "general error". Only the error
//! number, 1205, identifies it. The transaction stays open.

use sqlx::{Executor as _, MySql};
use sqlx_transactional::{Class, Session, transactional};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, cents, code, options};
use crate::mariadb::number;

/// Fails at once if the row is locked.
const LOCKS: &str = "SELECT 1 FROM accounts WHERE id = 2 FOR UPDATE NOWAIT";

async fn holder(database: &TestDatabase<MySql>) -> sqlx::MySqlConnection {
    let mut holder = database.connect().await;
    holder
        .execute("START TRANSACTION; UPDATE accounts SET cents = cents + 1 WHERE id = 2")
        .await
        .unwrap();
    holder
}

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let _holder = holder(&database).await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    let locked = transaction
        .execute(LOCKS)
        .await
        .expect_err("the row is locked");
    let mistake = transaction
        .execute("SET SESSION no_such_setting = 1")
        .await
        .expect_err("no such setting");
    assert_eq!(
        code(&locked),
        code(&mistake),
        "the hazard: both have the same SQLSTATE"
    );
    assert_eq!((number(&locked), number(&mistake)), (1205, 1193));
}

#[transactional]
async fn goes_on(session: &mut Session<MySql>) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    let locked = session.execute(LOCKS).await.expect_err("the row is locked");
    assert_eq!(Class::of(&locked), Class::LockTimeout);
    session.execute(DEBIT).await?;
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let _holder = holder(&database).await;
    goes_on(&database.pool(options(1)))
        .await
        .expect("only the statement failed");
    assert_eq!(cents(&database).await, 800);
}
