//! H27, PostgreSQL: the error of a cancelled statement is reported by the next operation on its
//! connection.

use sqlx::postgres::PgPool;
use sqlx::{Executor as _, Postgres};
use sqlx_transactional::{Session, transactional};
use tests::checks::all_is_well;
use tests::explorer::{Cut, When};
use tests::proxy::{Point, Proxy, Trigger, Way};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, ROW, cents, code, debit, options};

const FAILS: &str = "SELECT 1 / 0";

async fn start() -> (TestDatabase<Postgres>, Proxy, PgPool) {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    (database, proxy, pool)
}

#[tokio::test]
async fn by_hand() {
    let (_database, proxy, pool) = start().await;
    let mut connection = pool.acquire().await.unwrap();
    let answer = proxy.hold(Way::ToClient, Point::Sql(FAILS));
    // The first poll sends the statement.
    assert!(
        Cut::at(1, When::AtOnce)
            .apply(connection.execute(FAILS))
            .await
            .is_none()
    );
    answer.reached().await;
    answer.release();
    let error = connection
        .execute("SELECT 1")
        .await
        .expect_err("the hazard: it is the error of the cancelled statement");
    assert_eq!(code(&error), "22012");
}

#[transactional]
async fn fails(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query(DEBIT).execute(&mut *session).await?;
    session.execute(FAILS).await?;
    Ok(())
}

/// The whole call is cancelled: the next call does not get its error.
#[tokio::test]
async fn through_us() {
    let (database, proxy, pool) = start().await;
    let answer = proxy.hold(Way::ToClient, Point::Sql(FAILS));
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { fails(&pool).await }
    });
    answer.reached().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    answer.release();
    debit(&pool).await.expect("it is another call");
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 900);
}

#[transactional]
async fn cuts_and_goes_on(
    session: &mut Session<Postgres>,
    answer: Trigger,
) -> Result<(), sqlx::Error> {
    assert!(
        Cut::at(1, When::AtOnce)
            .apply(session.execute(FAILS))
            .await
            .is_none()
    );
    answer.reached().await;
    answer.release();
    session.execute(DEBIT).await?;
    Ok(())
}

/// Only a statement is cancelled: its error ends the transaction, and the next one is not sent.
#[tokio::test]
async fn through_us_within_a_call() {
    let (database, proxy, pool) = start().await;
    let answer = proxy.hold(Way::ToClient, Point::Sql(FAILS));
    let counted = proxy
        .count(async || cuts_and_goes_on(&pool, answer).await)
        .await;
    assert_eq!(
        code(
            counted
                .value
                .as_ref()
                .expect_err("the transaction has failed")
        ),
        "22012"
    );
    assert!(
        !counted.statements().contains(&DEBIT),
        "{:?}",
        counted.statements()
    );
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 1000);
}
