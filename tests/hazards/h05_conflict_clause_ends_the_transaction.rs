//! H5, SQLite: a statement can roll back the whole transaction, and its error does not say so. The
//! next statement runs in autocommit mode.

use sqlx::{Executor as _, Sqlite};
use sqlx_transactional::{Error, Session, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, options};

const TRIGGER: &str = "CREATE TRIGGER overdrawn BEFORE UPDATE ON accounts WHEN NEW.cents < 0
    BEGIN SELECT RAISE(ROLLBACK, 'overdrawn'); END";
/// Each statement with its error code. Without the rollback, the code would be the same.
const ROLLS_BACK: [(&str, &str); 3] = [
    ("INSERT OR ROLLBACK INTO accounts VALUES (1, 0)", "1555"),
    ("UPDATE OR ROLLBACK accounts SET cents = NULL", "1299"),
    ("UPDATE accounts SET cents = -1 WHERE id = 2", "1811"),
];
const LATER: &str = "INSERT INTO accounts VALUES (3, 0)";

async fn start() -> TestDatabase<Sqlite> {
    let database = TestDatabase::with_accounts().await;
    database.run(TRIGGER).await;
    database
}

async fn accounts(database: &TestDatabase<Sqlite>) -> i64 {
    database.integer("SELECT count(*) FROM accounts").await
}

#[tokio::test]
async fn by_hand() {
    for (rolls_back, expected) in ROLLS_BACK {
        let database = start().await;
        let mut transaction = database.pool(options(1)).begin().await.unwrap();
        transaction.execute(DEBIT).await.unwrap();
        let error = transaction.execute(rolls_back).await.expect_err(rolls_back);
        assert_eq!(code(&error), expected);

        transaction
            .execute(LATER)
            .await
            .expect("the hazard: the statement is Ok");
        drop(transaction);
        assert_eq!(
            (accounts(&database).await, cents(&database).await),
            (3, 1000),
            "the hazard: only this statement is stored"
        );
    }
}

#[transactional]
async fn goes_on(
    session: &mut Session<Sqlite>,
    rolls_back: (&'static str, &str),
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    session.execute(DEBIT).await?;
    assert_eq!(
        code(&session.execute(rolls_back.0).await.expect_err(rolls_back.0)),
        rolls_back.1
    );
    for _ in 0..2 {
        assert_eq!(
            code(
                &session
                    .execute(LATER)
                    .await
                    .expect_err("the statement is not sent")
            ),
            rolls_back.1
        );
    }
    Ok(())
}

#[tokio::test]
async fn through_us() {
    for rolls_back in ROLLS_BACK {
        let database = start().await;
        let pool = database.pool(options(1));
        let error = goes_on(&pool, rolls_back)
            .await
            .expect_err("nothing was stored");
        let found = Error::find(&*error).expect("the error is ours");
        assert!(matches!(found, Error::RolledBack { .. }), "{found:?}");
        assert_eq!(
            (found.sqlstate(), found.class().is_transient()),
            (Some(rolls_back.1), false)
        );
        all_is_well(&database, &pool, ROW).await;
        assert_eq!(
            (accounts(&database).await, cents(&database).await),
            (2, 1000)
        );
    }
}

#[transactional]
async fn without_it(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    assert_eq!(
        code(
            &session
                .execute("INSERT INTO accounts VALUES (1, 0)")
                .await
                .expect_err("the row exists")
        ),
        "1555"
    );
    session.execute(LATER).await?;
    Ok(())
}

/// The same error from a statement that undoes only itself.
#[tokio::test]
async fn through_us_only_where_it_has_ended() {
    let database = start().await;
    without_it(&database.pool(options(1)))
        .await
        .expect("the transaction goes on");
    assert_eq!(
        (accounts(&database).await, cents(&database).await),
        (3, 900)
    );
}
