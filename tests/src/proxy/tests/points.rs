//! Each point, and which part of the answer is held if a message has several statements.

use futures_util::TryStreamExt as _;
use sqlx::Executor as _;

use super::*;

on_each_server! {
    #[tokio::test]
    async fn proxy_holds_an_answer_until_it_is_released() {
        let (database, proxy, pool) = start::<DB>().await;
        let held = proxy.hold(Way::ToClient, Point::Sql("UPDATE"));
        let update = tokio::spawn(async move { pool.execute("UPDATE accounts SET cents = 5 WHERE id = 1").await });
        held.reached().await;
        // The server has executed it. The client does not know that.
        assert_eq!(cents(&database).await, 5);
        assert!(!update.is_finished());
        held.release();
        assert_eq!(update.await.unwrap().unwrap().rows_affected(), 1);
    }

    #[tokio::test]
    async fn proxy_holds_a_statement_back_from_the_server() {
        let (database, proxy, pool) = start::<DB>().await;
        drop(pool.acquire().await.unwrap());
        let held = proxy.hold(Way::ToServer, Point::Statement(2));
        let call = tokio::spawn(async move {
            pool.execute("UPDATE accounts SET cents = 5 WHERE id = 1").await.unwrap();
            pool.execute("UPDATE accounts SET cents = 6 WHERE id = 1").await.unwrap();
        });
        held.reached().await;
        assert_eq!(cents(&database).await, 5);
        held.release();
        call.await.unwrap();
        assert_eq!(cents(&database).await, 6);
    }

    #[tokio::test]
    async fn proxy_cuts_at_the_message_that_was_named() {
        let database = TestDatabase::<DB>::with_accounts().await;
        for (point, way, text) in [
            (Point::Message(1), Way::ToServer, "BEGIN"),
            (Point::Message(1), Way::ToClient, "BEGIN"),
            (Point::Begin, Way::ToServer, "BEGIN"),
            (Point::Prepare, Way::ToServer, "UPDATE accounts"),
            (Point::Statement(2), Way::ToServer, "UPDATE accounts"),
            (Point::Statement(3), Way::ToServer, "COMMIT"),
            (Point::Sql("cents + 1"), Way::ToServer, "UPDATE accounts"),
            (Point::Commit, Way::ToServer, "COMMIT"),
        ] {
            let (proxy, pool) = through(&database);
            drop(pool.acquire().await.unwrap());
            // The ping with which the connection returned to the pool is not counted.
            until("it is back", async || pool.num_idle() == 1).await;
            let trigger = proxy.inject(way, point, Fault::Cut);
            add_a_cent!(pool).await.expect_err("the connection is gone");
            assert!(trigger.is_reached(), "{point:?}");
            let messages = proxy.messages();
            let last = messages.iter().rfind(|message| message.way == Way::ToServer && message.link == 0 && !message.text.is_empty());
            assert!(last.unwrap().text.starts_with(text), "{point:?}: {}", last.unwrap());
        }
    }

    /// The last message from the server while `point` is held on the way to the client and `text`
    /// runs.
    async fn held_at(database: &TestDatabase<DB>, text: &'static str, point: Point) -> (&'static str, String, usize) {
        let (proxy, pool) = through(database);
        let mut connection = pool.acquire().await.unwrap();
        let before = proxy.messages().len();
        let held = proxy.hold(Way::ToClient, point);
        let call = tokio::spawn(async move { sqlx::raw_sql(text).execute(&mut *connection).await.map(drop) });
        held.reached().await;
        assert!(!call.is_finished());
        let mut messages = proxy.messages().split_off(before);
        held.release();
        call.await.unwrap().ok();
        // A notice belongs to no answer.
        messages.retain(|message| message.way == Way::ToClient && message.kind != "NoticeResponse");
        let last = messages.pop().unwrap();
        (last.kind, last.text, messages.len())
    }

    #[tokio::test]
    async fn proxy_stops_the_answer_of_the_statement_that_was_named() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let is_mysql = <DB as sqlx::Database>::NAME == "MySQL";
        // A result ends with a `CommandComplete` with a tag, or with an `OK` that has the
        // transaction status.
        let tag = |tag: &str, in_transaction: bool| match (is_mysql, in_transaction) {
            (false, _) => ("CommandComplete", tag.to_owned()),
            (true, true) => ("OK", "T".to_owned()),
            (true, false) => ("OK", "I".to_owned()),
        };
        let set = if is_mysql { "SET SESSION lock_wait_timeout = 9" } else { "SET lock_timeout = 9" };
        let text = |text: &str| -> &'static str { text.replace("SET X", set).leak() };
        for (statements, point, expected, before) in [
            ("SET X; START TRANSACTION; SELECT 1", Point::Begin, tag("START TRANSACTION", true), 1),
            ("ROLLBACK; SET X; START TRANSACTION; SELECT 1", Point::Begin, tag("START TRANSACTION", true), 2),
            ("START TRANSACTION; SET X; COMMIT", Point::Commit, tag("COMMIT", false), 2),
            ("START TRANSACTION; SET X; ROLLBACK; SET X", Point::Sql("ROLLBACK"), tag("ROLLBACK", false), 2),
            ("SET X; ROLLBACK; SET X", Point::Rollback, tag("ROLLBACK", false), 1),
            ("START TRANSACTION; SET X; COMMIT", Point::Statement(1), tag("START TRANSACTION", true), 0),
        ] {
            let (kind, found, passed) = held_at(&database, text(statements), point).await;
            assert_eq!(((kind, found), passed), (expected, before), "{statements}");
        }
        // If an earlier statement fails, COMMIT has no answer of its own. The point is the end of
        // the whole answer.
        let (kind, code, passed) = held_at(&database, text("SET X; SELECT nothing; COMMIT"), Point::Commit).await;
        let expected = if is_mysql { ("ERR", "1054") } else { ("ErrorResponse", "42703") };
        assert_eq!(((kind, code.as_str()), passed), (expected, 1));
    }

    #[tokio::test]
    async fn proxy_stops_the_answer_to_a_prepare() {
        let (_database, proxy, pool) = start::<DB>().await;
        let held = proxy.hold(Way::ToClient, Point::Prepare);
        let call = tokio::spawn(async move { sqlx::query_scalar::<_, i64>(SELECT).fetch_one(&pool).await });
        held.reached().await;
        let last = proxy.messages().pop().unwrap();
        assert!(["ParseComplete", "COM_STMT_PREPARE_OK"].contains(&last.kind), "{last}");
        held.release();
        assert_eq!(call.await.unwrap().unwrap(), 1000);
    }
    /// In the middle of an answer: the messages before it have arrived.
    #[tokio::test]
    async fn proxy_cuts_at_a_message_of_the_servers() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let (definitions, row) = if <DB as sqlx::Database>::NAME == "MySQL" { (2, "Row") } else { (1, "DataRow") };
        for (point, arrived) in [(Point::Kind(row), 0), (Point::Reply(definitions + 1), 0), (Point::Reply(definitions + 2), 1)] {
            let (proxy, pool) = through(&database);
            let mut connection = pool.acquire().await.unwrap();
            let trigger = proxy.inject(Way::ToClient, point, Fault::Cut);
            let mut rows = sqlx::raw_sql("SELECT id FROM accounts").fetch(&mut *connection);
            for _ in 0..arrived {
                rows.try_next().await.unwrap().expect("a row");
            }
            rows.try_next().await.expect_err("the connection is gone");
            assert_eq!((trigger.fired(), proxy.messages().pop().unwrap().kind), (1, row), "{point:?}");
        }
    }
}
