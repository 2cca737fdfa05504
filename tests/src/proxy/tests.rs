//! The proxy changes nothing unless told to, counts what is known by hand, and does each fault where it was asked for.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, Executor as _, PgPool, Postgres};

use super::{Fault, Point, Proxy, Way};
use crate::explorer::{Cut, When};
use crate::servers::TestDatabase;

const SELECT: &str = "SELECT cents FROM accounts WHERE id = $1";

async fn start() -> (TestDatabase<Postgres>, Proxy, PgPool) {
    let database = TestDatabase::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, PgPoolOptions::new().max_connections(1).test_before_acquire(false));
    (database, proxy, pool)
}

async fn transaction(pool: &PgPool) -> Result<i64, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let cents = sqlx::query_scalar(SELECT).bind(1_i64).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(cents)
}

#[tokio::test]
async fn proxy_counts_three_round_trips_for_a_transaction_of_one_statement() {
    let (_database, proxy, pool) = start().await;
    // Connects, and prepares the statement.
    let first = proxy.count(async || transaction(&pool).await.unwrap()).await;
    assert_eq!(first.messages[0].kind, "Startup");
    assert!(first.flights().contains(&vec!["Parse", "Describe", "Sync"]), "{:?}", first.flights());

    let second = proxy.count(async || transaction(&pool).await.unwrap()).await;
    assert_eq!(second.value, 1000);
    assert_eq!(second.statements(), ["BEGIN", SELECT, "COMMIT"]);
    assert_eq!(second.round_trips(), 3, "{:?}", second.flights());
}

#[tokio::test]
async fn proxy_counts_a_fourth_with_the_ping_of_the_pool() {
    let (database, proxy, _) = start().await;
    let pool = database.pool_through(&proxy, PgPoolOptions::new().max_connections(1));
    transaction(&pool).await.unwrap();
    let counted = proxy.count(async || transaction(&pool).await.unwrap()).await;
    assert_eq!(counted.round_trips(), 3);
    assert!(counted.pings() >= 1, "{:?}", counted.flights());
}

#[tokio::test]
async fn proxy_splits_what_the_server_sends_and_nobody_notices() {
    let (_database, proxy, pool) = start().await;
    let rows = "SELECT g, repeat('x', g) FROM generate_series(1, 200) g";
    proxy.split(3..=12);
    let mut polls = 0;
    let mut call = std::pin::pin!(sqlx::query_as::<_, (i32, String)>(rows).fetch_all(&pool));
    let all = std::future::poll_fn(|context| {
        polls += 1;
        call.as_mut().poll(context)
    })
    .await
    .unwrap();
    assert!(all.len() == 200 && all.iter().all(|(length, text)| text.len() == usize::try_from(*length).unwrap()));
    // Some 25,000 bytes: the client saw most of the pieces one at a time.
    assert!(polls > 500, "only {polls} polls");
}

#[tokio::test]
async fn proxy_holds_an_answer_until_it_is_released() {
    let (database, proxy, pool) = start().await;
    let held = proxy.hold(Way::ToClient, Point::Sql("UPDATE"));
    let update = tokio::spawn({
        let pool = pool.clone();
        async move { pool.execute("UPDATE accounts SET cents = 5 WHERE id = 1").await }
    });
    held.reached().await;
    // The server has done it; the client does not know.
    assert_eq!(database.integer("SELECT cents FROM accounts WHERE id = 1").await, 5);
    assert!(!update.is_finished());
    held.release();
    assert_eq!(update.await.unwrap().unwrap().rows_affected(), 1);
}

#[tokio::test]
async fn proxy_holds_a_statement_back_from_the_server() {
    let (database, proxy, pool) = start().await;
    let held = proxy.hold(Way::ToServer, Point::Statement(2));
    let call = tokio::spawn({
        let pool = pool.clone();
        async move {
            pool.execute("UPDATE accounts SET cents = 5 WHERE id = 1").await.unwrap();
            pool.execute("UPDATE accounts SET cents = 6 WHERE id = 1").await.unwrap();
        }
    });
    held.reached().await;
    assert_eq!(database.integer("SELECT cents FROM accounts WHERE id = 1").await, 5);
    held.release();
    call.await.unwrap();
    assert_eq!(database.integer("SELECT cents FROM accounts WHERE id = 1").await, 6);
}

#[tokio::test]
async fn proxy_cuts_at_the_message_that_was_named() {
    for (point, fault, way, applied) in [
        (Point::Commit, Fault::Cut, Way::ToServer, false),
        (Point::Commit, Fault::Cut, Way::ToClient, true),
        (Point::Commit, Fault::Reset, Way::ToClient, true),
        (Point::Kind("Parse"), Fault::Cut, Way::ToServer, false),
        (Point::Begin, Fault::Cut, Way::ToServer, false),
        (Point::Message(2), Fault::Reset, Way::ToServer, false),
    ] {
        let (database, proxy, pool) = start().await;
        drop(pool.acquire().await.unwrap());
        let trigger = proxy.inject(way, point, fault);
        let outcome = async {
            let mut tx = pool.begin().await?;
            sqlx::query("UPDATE accounts SET cents = $1").bind(7_i64).execute(&mut *tx).await?;
            tx.commit().await
        };
        let error = outcome.await.expect_err("the connection is gone");
        assert!(matches!(error, sqlx::Error::Io(_)), "{point:?}: {error}");
        assert!(trigger.is_reached());
        let cents = database.integer("SELECT cents FROM accounts WHERE id = 1").await;
        assert_eq!(cents == 7, applied, "{point:?} {fault:?} {way:?}");
    }
}

#[tokio::test]
async fn proxy_swallows_everything_in_a_black_hole_but_new_connections_work() {
    let (database, proxy, pool) = start().await;
    let mut connection = pool.acquire().await.unwrap();
    proxy.black_hole();
    assert!(tokio::time::timeout(Duration::from_millis(100), connection.ping()).await.is_err());
    let other = database.pool_through(&proxy, PgPoolOptions::new());
    assert_eq!(transaction(&other).await.unwrap(), 1000);
    proxy.cut();
    assert!(connection.ping().await.is_err());
}

#[tokio::test]
async fn proxy_resets_connections_that_are_being_made() {
    let (database, proxy, _) = start().await;
    proxy.reset_next(1);
    let pool = database.pool_through(&proxy, PgPoolOptions::new());
    let error = pool.acquire().await.expect_err("the first is reset");
    assert!(matches!(&error, sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionReset), "{error:?}");
    assert!(pool.acquire().await.is_ok());
}

#[tokio::test]
async fn proxy_delays_a_message() {
    let (_database, proxy, pool) = start().await;
    drop(pool.acquire().await.unwrap());
    let trigger = proxy.inject(Way::ToClient, Point::Begin, Fault::Delay(Duration::from_millis(50)));
    let begun = std::time::Instant::now();
    transaction(&pool).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(50) && trigger.is_reached());
}

#[tokio::test]
async fn explorer_cancels_inside_packets_when_they_are_split() {
    let (_database, proxy, pool) = start().await;
    transaction(&pool).await.unwrap();
    let polls = async |pool: &PgPool| {
        for polls in 1.. {
            if Cut::at(polls, When::AtOnce).apply(transaction(pool)).await.is_some() {
                return polls;
            }
        }
        unreachable!()
    };
    let whole = polls(&pool).await;
    proxy.split(3..=12);
    let split = polls(&pool).await;
    assert!(split > whole, "{split} polls with split packets, {whole} without");
}
