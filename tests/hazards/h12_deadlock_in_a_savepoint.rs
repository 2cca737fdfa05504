//! H12, MariaDB: a deadlock also removes the savepoints. ROLLBACK TO one of them fails with 1305.
//! sqlx sends it in `Drop` and reports the error at the next statement. The statement after that
//! runs in autocommit mode.

use sqlx::mysql::MySqlConnection;
use sqlx::{Acquire as _, Executor as _, MySql};
use sqlx_transactional::{Class, Session, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, options};
use crate::mariadb::{CROSSED, CROSSES, number, rival};

const LATER: &str = "INSERT INTO accounts VALUES (3, 0)";

async fn accounts(database: &TestDatabase<MySql>) -> i64 {
    database
        .integer("SELECT count(*) FROM accounts WHERE id < 100")
        .await
}

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let mut rival = rival(&database).await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    transaction.execute(DEBIT).await.unwrap();
    let mut savepoint = transaction.begin().await.unwrap();
    let (won, lost) = tokio::join!(rival.execute(CROSSES), savepoint.execute(CROSSED));
    won.unwrap();
    assert_eq!(number(&lost.expect_err("a deadlock")), 1213);
    drop(savepoint);

    let stale = transaction
        .execute(LATER)
        .await
        .expect_err("the hazard: the error of the rollback");
    assert_eq!(number(&stale), 1305);
    transaction
        .execute(LATER)
        .await
        .expect("the hazard: the statement is Ok");
    transaction
        .rollback()
        .await
        .expect("the hazard: ROLLBACK is Ok");
    assert_eq!(accounts(&database).await, 3, "the hazard: it was stored");
}

#[transactional(nested)]
async fn crosses(
    session: &mut Session<MySql>,
    rival: &mut MySqlConnection,
) -> Result<(), sqlx::Error> {
    let (won, lost) = tokio::join!(rival.execute(CROSSES), session.execute(CROSSED));
    won.unwrap();
    lost?;
    Ok(())
}

#[transactional]
async fn swallows(
    session: &mut Session<MySql>,
    rival: &mut MySqlConnection,
) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    assert_eq!(
        number(&crosses(&mut *session, rival).await.expect_err("a deadlock")),
        1213
    );
    assert_eq!(
        number(
            &session
                .execute(LATER)
                .await
                .expect_err("the statement is not sent")
        ),
        1213
    );
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    let mut rival = rival(&database).await;
    let error = swallows(&pool, &mut rival)
        .await
        .expect_err("nothing was stored");
    assert_eq!(Class::of(&error), Class::Deadlock, "{error:?}");
    rival.execute("ROLLBACK").await.unwrap();
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(
        (accounts(&database).await, cents(&database).await),
        (2, 1000)
    );
}
