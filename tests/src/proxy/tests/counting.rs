//! The proxy does not change what goes through it, and counts the round trips that are known by
//! hand.

use super::*;
use crate::explorer::{Cut, When};

/// One prepared statement.
macro_rules! transaction {
    ($pool:expr) => {
        async {
            let mut tx = $pool.begin().await?;
            let cents: i64 = sqlx::query_scalar(SELECT).fetch_one(&mut *tx).await?;
            tx.commit().await?;
            Ok::<_, sqlx::Error>(cents)
        }
    };
}

on_each_server! {
    #[tokio::test]
    async fn proxy_counts_three_round_trips_for_a_transaction_of_one_statement() {
        let (_database, proxy, pool) = start::<DB>().await;
        // Connects, and prepares the statement.
        let first = proxy.count(async || transaction!(pool).await.unwrap()).await;
        let second = proxy.count(async || transaction!(pool).await.unwrap()).await;
        assert_eq!(second.value, 1000);
        assert_eq!(second.statements(), ["BEGIN", SELECT, "COMMIT"]);
        assert_eq!(second.round_trips(), 3, "{:?}", second.flights());
        assert!(first.round_trips() > second.round_trips(), "{:?}", first.flights());
    }

    #[tokio::test]
    async fn proxy_counts_a_fourth_with_the_ping_of_the_pool() {
        let (database, proxy, _) = start::<DB>().await;
        let pool = database.pool_through(&proxy, options().test_before_acquire(true));
        transaction!(pool).await.unwrap();
        let counted = proxy.count(async || transaction!(pool).await.unwrap()).await;
        assert_eq!(counted.round_trips(), 3, "{:?}", counted.flights());
        assert!(counted.pings() >= 1, "{:?}", counted.flights());
    }

    #[tokio::test]
    async fn proxy_does_not_count_what_is_not_answered() {
        let (_database, proxy, pool) = start::<DB>().await;
        let work = async || {
            pool.acquire().await.unwrap().close().await.unwrap();
            until("the connection is closed", async || proxy.connections() == 0).await;
        };
        let counted = proxy.count(work).await;
        assert!(matches!(counted.flights().last().unwrap().as_slice(), ["Terminate" | "COM_QUIT"]), "{:?}", counted.flights());
        assert_eq!(counted.round_trips(), counted.flights().len() - 1, "{:?}", counted.flights());
    }

    #[tokio::test]
    async fn proxy_splits_what_the_server_sends_and_nobody_notices() {
        let (_database, proxy, pool) = start::<DB>().await;
        let rows = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 200)
            SELECT repeat('x', value) FROM n";
        proxy.split(3..=12);
        let mut polls = 0;
        let mut call = std::pin::pin!(sqlx::query_scalar::<_, String>(rows).fetch_all(&pool));
        let all = std::future::poll_fn(|context| {
            polls += 1;
            call.as_mut().poll(context)
        })
        .await
        .unwrap();
        assert!(all.len() == 200 && all.iter().zip(1..).all(|(text, length)| text.len() == length));
        // About 20,000 bytes: the client saw most of the pieces one at a time.
        assert!(polls > 500, "only {polls} polls");
    }

    #[tokio::test]
    async fn explorer_cancels_inside_packets_when_they_are_split() {
        let (_database, proxy, pool) = start::<DB>().await;
        transaction!(pool).await.unwrap();
        // A cancelled connection is not used again, because on MySQL that is impossible.
        let polls = async || {
            let mut tried = 0;
            loop {
                tried += 1;
                let mut connection = pool.acquire().await.unwrap();
                let done = Cut::at(tried, When::AtOnce).apply(sqlx::query(SELECT).fetch_all(&mut *connection)).await.is_some();
                drop(connection.detach());
                if done {
                    return tried;
                }
            }
        };
        let whole = polls().await;
        proxy.split(3..=12);
        let split = polls().await;
        assert!(split > whole, "{split} polls with split packets, {whole} without");
    }
}
