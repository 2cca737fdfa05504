//! A call costs no round trip that sqlx by hand does not, and one fewer than sqlx's default pool; options cost none.

use sqlx_transactional::{Session, transactional};
use tests::proxy::Proxy;
use tests::servers::TestDatabase;

use crate::bank::options;

#[transactional(timeout = "2s")]
async fn one_statement(session: &mut Session<sqlx::Postgres>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT cents FROM accounts WHERE id = $1").bind(1_i64).fetch_one(session).await
}

#[transactional]
async fn joined_twice(session: &mut Session<sqlx::Postgres>) -> Result<i64, sqlx::Error> {
    one_statement(&mut *session).await?;
    one_statement(session).await
}

async fn by_hand(pool: &sqlx::PgPool) -> Result<i64, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let cents = sqlx::query_scalar("SELECT cents FROM accounts WHERE id = $1").bind(1_i64).fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(cents)
}

#[tokio::test]
async fn of_one_statement_with_a_timeout_are_three() {
    let database = TestDatabase::<sqlx::Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    // The statement is prepared, once for each connection.
    one_statement(&pool).await.expect("nothing fails");

    let ours = proxy.count(async || one_statement(&pool).await.expect("nothing fails")).await;
    assert_eq!(ours.round_trips(), 3, "{:#?}", ours.flights());
    let joined = proxy.count(async || joined_twice(&pool).await.expect("nothing fails")).await;
    assert_eq!(joined.round_trips(), 4, "{:#?}", joined.flights());
    let by_hand_without_ping = proxy.count(async || by_hand(&pool).await.expect("nothing fails")).await;
    assert_eq!(by_hand_without_ping.round_trips(), 3, "{:#?}", by_hand_without_ping.flights());

    let default = database.pool_through(&proxy, options(1).test_before_acquire(true));
    by_hand(&default).await.expect("nothing fails");
    // The ping of the release is over, so the first one to come is that of the next acquire.
    while default.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
    let by_hand = proxy.count(async || by_hand(&default).await.expect("nothing fails")).await;
    assert_eq!((by_hand.flights()[0].as_slice(), by_hand.round_trips()), (["Sync"].as_slice(), 3), "{:#?}", by_hand.flights());
}
