//! H38, PostgreSQL: `COPY .. FROM STDIN` as a plain statement switches to the copy protocol, which
//! sqlx does not follow. The connection cannot be used any more, and its next user hangs.

use sqlx::{Executor as _, Postgres};
use sqlx_transactional::{Session, transactional};
use tests::checks::{PROMISED, all_is_well};
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{DEBIT, ROW, cents, options, text_of_ours};

const COPY: &str = "COPY accounts FROM STDIN";

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    transaction.execute(DEBIT).await.unwrap();
    let error = transaction
        .execute(COPY)
        .await
        .expect_err("sqlx expects rows");
    assert!(matches!(error, sqlx::Error::Protocol(_)), "{error:?}");
    for _ in 0..2 {
        let answer = timeout(PROMISED / 4, transaction.execute(DEBIT)).await;
        assert!(
            !matches!(answer, Ok(Ok(_))),
            "the hazard: the next statement hangs or fails"
        );
    }
    assert_eq!(cents(&database).await, 1000);
}

#[transactional]
async fn copies(
    session: &mut Session<Postgres>,
    copies: &[&'static str],
) -> Result<i32, sqlx::Error> {
    session.execute(DEBIT).await?;
    for copy in copies {
        let error = session.execute(*copy).await.expect_err(copy);
        assert!(
            text_of_ours(&error).starts_with("`COPY .. FROM STDIN` was not sent"),
            "{copy}: {error}"
        );
    }
    sqlx::query(COPY)
        .execute(&mut *session)
        .await
        .expect_err("it is not prepared either");
    session.execute(DEBIT).await?;
    sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(session)
        .await
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    let disguises = [
        COPY,
        "SELECT 1; copy accounts (id, cents) from stdin",
        "/* now */ COPY accounts FROM STDOUT",
    ];
    let process = copies(&pool, &disguises)
        .await
        .expect("the transaction goes on");
    assert_eq!(cents(&database).await, 800);
    assert_eq!(
        copies(&pool, &disguises)
            .await
            .expect("the connection is fit for use"),
        process
    );
    all_is_well(&database, &pool, ROW).await;
}
