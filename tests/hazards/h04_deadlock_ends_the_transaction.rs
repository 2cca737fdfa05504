//! H4, MariaDB: a deadlock rolls back the whole transaction. The next statement runs in autocommit
//! mode, and `rollback()` returns `Ok`.

use sqlx::mysql::MySqlConnection;
use sqlx::{Executor as _, MySql};
use sqlx_transactional::{Class, Error, Session, transactional};
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
    let (won, lost) = tokio::join!(rival.execute(CROSSES), transaction.execute(CROSSED));
    won.unwrap();
    assert_eq!(number(&lost.expect_err("a deadlock")), 1213);

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

#[transactional]
async fn goes_on(
    session: &mut Session<MySql>,
    rival: &mut MySqlConnection,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    session.execute(DEBIT).await?;
    let (won, lost) = tokio::join!(rival.execute(CROSSES), session.execute(CROSSED));
    won.unwrap();
    assert_eq!(number(&lost.expect_err("a deadlock")), 1213);
    for _ in 0..2 {
        assert_eq!(
            number(
                &session
                    .execute(LATER)
                    .await
                    .expect_err("the statement is not sent")
            ),
            1213
        );
    }
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    let mut rival = rival(&database).await;
    let error = goes_on(&pool, &mut rival)
        .await
        .expect_err("nothing was stored");
    assert!(
        matches!(Error::find(&*error), Some(Error::RolledBack { .. })),
        "{error:?}"
    );
    assert_eq!(
        (Class::of(&*error), Class::of(&*error).is_transient()),
        (Class::Deadlock, true)
    );
    rival.execute("ROLLBACK").await.unwrap();
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(
        (accounts(&database).await, cents(&database).await),
        (2, 1000)
    );
}
