//! `timeout` bounds the wait for a connection, BEGIN and the body. When it passes, the call is
//! rolled back, and the error says that it was the timeout.

use std::time::Duration;

use sqlx_transactional::{Class, Error, Session, transactional};
use tests::checks::all_is_well;
use tests::proxy::Proxy;

use crate::bank::{balances, open, options};

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

on_each_database! {
    #[transactional(timeout = "100ms")]
    async fn waits(session: &mut Session<DB>) -> Anything {
        add(session, 1, 300).await.map_err(|_| "no overdraft")?;
        std::future::pending().await
    }

    #[transactional]
    async fn swallows_the_timeout(session: &mut Session<DB>) -> Anything {
        let error = waits(session).await.expect_err("it never ends");
        assert!(matches!(Error::find(&*error), Some(Error::Timeout)));
        Ok(())
    }

    #[tokio::test]
    async fn a_body_that_waits_is_rolled_back() {
        let (database, pool) = open::<DB>(1).await;
        let error = waits(&pool).await.expect_err("it never ends");
        assert!(matches!(Error::find(&*error), Some(Error::Timeout)), "{error:?}");
        assert_eq!(Class::of(&*error), Class::Timeout);
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn in_a_joined_call_it_poisons_the_transaction() {
        let (database, pool) = open::<DB>(1).await;
        let error = swallows_the_timeout(&pool).await.expect_err("half of a call cannot be committed");
        assert!(matches!(Error::find(&*error), Some(Error::Poisoned)), "{error:?}");
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn waiting_for_a_connection_counts() {
        let (_database, pool) = open::<DB>(1).await;
        let _taken = pool.acquire().await.expect("a connection");
        let error = waits(&pool).await.expect_err("the pool is empty");
        assert!(matches!(Error::find(&*error), Some(Error::Timeout)), "{error:?}");
    }
}

mod sent_to_the_server {
    use super::*;

    #[transactional(timeout = "1500ms")]
    async fn limit(session: &mut Session<sqlx::Postgres>) -> Result<String, sqlx::Error> {
        sqlx::query_scalar("SHOW statement_timeout")
            .fetch_one(session)
            .await
    }

    #[tokio::test]
    async fn and_gone_with_the_transaction() {
        let (_database, pool) = open::<sqlx::Postgres>(1).await;
        assert_eq!(limit(&pool).await.expect("nothing fails"), "1500ms");
        let after: String = sqlx::query_scalar("SHOW statement_timeout")
            .fetch_one(&pool)
            .await
            .expect("the connection works");
        assert_eq!(after, "0");
    }
}

mod set_on_the_connection {
    use tests::servers::TestDatabase;

    use super::*;
    use crate::bank::mysql::DB;

    const SETTINGS: &str = "SELECT CONCAT_WS(' ', @@max_statement_time, @@innodb_lock_wait_timeout, @@lock_wait_timeout)";

    #[transactional(timeout = "1500ms", lock_timeout = "1200ms")]
    async fn both(session: &mut Session<DB>, fail: bool) -> Result<String, sqlx::Error> {
        let settings: String = sqlx::query_scalar(SETTINGS).fetch_one(session).await?;
        if fail {
            Err(sqlx::Error::Encode(settings.into()))
        } else {
            Ok(settings)
        }
    }

    #[transactional(lock_timeout = "1ms")]
    async fn one(session: &mut Session<DB>) -> Result<String, sqlx::Error> {
        sqlx::query_scalar(SETTINGS).fetch_one(session).await
    }

    #[transactional(timeout = "500ms")]
    async fn the_other(session: &mut Session<DB>) -> Result<String, sqlx::Error> {
        sqlx::query_scalar(SETTINGS).fetch_one(session).await
    }

    /// Not to the server's defaults, but to the earlier values of this connection.
    #[tokio::test]
    async fn and_put_back_to_what_they_were() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let pool = database.pool(options(1));
        let own = "SET SESSION max_statement_time = 60, SESSION innodb_lock_wait_timeout = 7, SESSION lock_wait_timeout = 9";
        sqlx::raw_sql(own).execute(&pool).await.expect("settings");
        let now = async || -> String {
            sqlx::query_scalar(SETTINGS)
                .fetch_one(&pool)
                .await
                .expect("the connection works")
        };
        assert_eq!(
            both(&pool, false).await.expect("nothing fails"),
            "1.500000 2 2"
        );
        assert_eq!(now().await, "60.000000 7 9");
        let Err(sqlx::Error::Encode(during)) = both(&pool, true).await else {
            panic!("it fails")
        };
        assert_eq!(during.to_string(), "1.500000 2 2");
        assert_eq!(now().await, "60.000000 7 9");
        assert_eq!(one(&pool).await.expect("nothing fails"), "60.000000 1 1");
        assert_eq!(
            the_other(&pool).await.expect("nothing fails"),
            "0.500000 7 9"
        );
        assert_eq!(now().await, "60.000000 7 9");
    }
}

mod a_silent_network {
    use super::*;
    use crate::bank::postgres::{add, transfer};

    /// The pool's old connections are dead, but do not report it. BEGIN waits a second for each of
    /// them.
    #[tokio::test]
    async fn costs_a_second_for_each_dead_connection_and_no_error() {
        let (database, _) = open::<sqlx::Postgres>(1).await;
        let proxy = Proxy::postgres(database.address());
        let pool = database.pool_through(&proxy, options(2));
        transfer(&pool, 1, 2, 1).await.expect("the network works");
        proxy.black_hole();
        let call = tokio::time::timeout(Duration::from_secs(10), add(&pool, 1, 1)).await;
        call.expect("BEGIN is bounded")
            .expect("a new connection works");
    }
}
