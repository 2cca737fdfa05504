//! Faults that happen more than once, and how often they have happened.

use sqlx::Connection as _;

use super::*;

on_each_server! {
    /// Each transaction is stored, and each client gets an error.
    #[tokio::test]
    async fn proxy_loses_the_answer_to_commit_on_each_connection() {
        let (database, proxy, pool) = start::<DB>().await;
        let lost = proxy.inject_each(Way::ToClient, Point::Commit, Fault::Cut);
        for times in 1..=100 {
            add_a_cent!(pool).await.expect_err("the connection is gone");
            assert_eq!(lost.fired(), times);
        }
        assert_eq!(cents(&database).await, 1100);
        lost.disarm();
        add_a_cent!(pool).await.expect("it does not happen again");
        assert_eq!(lost.fired(), 100);
    }

    #[tokio::test]
    async fn proxy_counts_on_each_connection_for_itself() {
        let (database, proxy, pool) = start::<DB>().await;
        let pool = { drop(pool); database.pool_through(&proxy, options().max_connections(2)) };
        let (mut one, mut other) = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
        let second = proxy.inject_each(Way::ToServer, Point::Statement(2), Fault::Delay(Duration::ZERO));
        let mut fired = Vec::new();
        for which in [1, 2, 1, 1, 2, 1, 1, 2] {
            let connection = if which == 1 { &mut one } else { &mut other };
            sqlx::raw_sql("SELECT 1").execute(&mut **connection).await.unwrap();
            fired.push(second.fired());
        }
        assert_eq!(fired, [0, 0, 1, 1, 2, 2, 2, 2]);
    }

    #[tokio::test]
    async fn proxy_cuts_every_third_commit() {
        let (database, proxy, pool) = start::<DB>().await;
        let lost = proxy.inject_every(3, Way::ToServer, Point::Commit, Fault::Cut);
        let mut failed = Vec::new();
        for number in 1..=9 {
            if add_a_cent!(pool).await.is_err() {
                failed.push(number);
            }
        }
        assert_eq!((failed.as_slice(), lost.fired()), ([3, 6, 9].as_slice(), 3));
        assert_eq!(cents(&database).await, 1006);
    }

    #[tokio::test]
    async fn proxy_holds_each_until_it_is_released() {
        let (database, proxy, pool) = start::<DB>().await;
        let mut connection = pool.acquire().await.unwrap();
        let held = proxy.inject_every(1, Way::ToClient, Point::Sql("SELECT 1"), Fault::Hold);
        let call = tokio::spawn(async move {
            for _ in 0..3 {
                sqlx::raw_sql("SELECT 1").execute(&mut *connection).await.unwrap();
            }
            connection.ping().await.unwrap();
        });
        for times in 1..=3 {
            held.reached_times(times).await;
            // This takes long enough for the others to arrive if they were not held.
            cents(&database).await;
            assert_eq!(held.fired(), times);
            assert!(!call.is_finished());
            held.release();
        }
        call.await.unwrap();
    }

    /// If a rule waits for an answer that cannot come any more, it applies to the next message.
    #[tokio::test]
    async fn proxy_awaits_no_answer_of_a_connection_that_has_ended() {
        let (database, proxy, pool) = start::<DB>().await;
        let lost = proxy.inject(Way::ToClient, Point::Commit, Fault::Cut);
        let _before = proxy.inject(Way::ToServer, Point::Commit, Fault::Cut);
        add_a_cent!(pool).await.expect_err("the connection is gone");
        assert_eq!((lost.fired(), cents(&database).await), (0, 1000));
        add_a_cent!(pool).await.expect_err("the connection is gone");
        assert_eq!((lost.fired(), cents(&database).await), (1, 1001));
    }
}
