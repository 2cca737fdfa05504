//! H31, PostgreSQL: a stream ends with an error, and is dropped before that error is read. The next
//! operation reports it. If that is COMMIT, COMMIT is not sent: its error does not mean that the
//! transaction has ended.

use futures_util::TryStreamExt as _;
use sqlx::{Executor as _, Postgres};
use sqlx_transactional::{Error, Session, transactional};
use tests::checks::all_is_well;
use tests::proxy::Proxy;
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, options};

/// Two rows, then an error.
const ROWS: &str = "SELECT 6 / (3 - number) FROM generate_series(1, 5) AS number";

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    let mut connection = pool.acquire().await.unwrap();
    connection.execute("BEGIN").await.unwrap();
    connection.execute(DEBIT).await.unwrap();
    let mut rows = connection.fetch(ROWS);
    assert!(rows.try_next().await.unwrap().is_some());
    drop(rows);

    let error = connection
        .execute("COMMIT")
        .await
        .expect_err("the error of the stream");
    assert_eq!(code(&error), "22012");
    let sent = proxy.messages();
    assert!(
        !sent.iter().any(|message| message.text == "COMMIT"),
        "the hazard: COMMIT was not sent"
    );
    let error = connection
        .execute("SELECT 1")
        .await
        .expect_err("the hazard: the transaction is still open");
    assert_eq!(code(&error), "25P02");
}

#[transactional]
async fn leaves_early(
    session: &mut Session<Postgres>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    session.execute(DEBIT).await?;
    let mut rows = session.fetch(ROWS);
    assert!(rows.try_next().await?.is_some());
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    let error = leaves_early(&pool).await.expect_err("a statement failed");
    let found = Error::find(&*error).expect("the error is ours");
    assert!(matches!(found, Error::RolledBack { .. }), "{found:?}");
    assert_eq!(found.sqlstate(), Some("22012"));
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 1000);
}
