//! One span for a call, and inside it one span for each attempt and one for COMMIT. Events of the
//! body are in the span of their attempt.

use std::time::Duration;

use sqlx_transactional::{Db, ReadOnly, RetryPolicy, Session, retry_on_error, transactional};
use tracing::Level;

use crate::bank::{BankError, open, options};
use crate::log::Log;

/// Asserts that the line of a span has these fields with these values.
fn has(line: &str, fields: &[&str]) {
    for field in fields {
        assert!(line.contains(field), "{field} is not in {line}");
    }
}

on_each_database! {
    fn system() -> &'static str {
        match <DB as sqlx::Database>::NAME {
            "PostgreSQL" => r#"db.system.name="postgresql""#,
            "MySQL" => r#"db.system.name="mysql""#,
            _ => r#"db.system.name="sqlite""#,
        }
    }

    #[transactional(name = "writes")]
    async fn writes(session: &mut Session<DB>) -> Result<(), BankError> {
        tracing::info_span!("of the body").in_scope(|| tracing::info!("an event of the body"));
        joins(&mut *session).await?;
        nests(session).await
    }

    #[transactional(name = "joins")]
    async fn joins(session: &mut Session<DB>) -> Result<(), BankError> {
        tracing::info!("an event of a joined call");
        add(session, 1, 1).await.map(drop)
    }

    #[transactional(nested, name = "nests")]
    async fn nests(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await.map(drop)
    }

    #[transactional(name = "reads")]
    async fn reads(session: &mut Session<DB, ReadOnly>) -> Result<(), BankError> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok(())
    }

    #[retry_on_error(when = always)]
    #[transactional(name = "fails once")]
    async fn fails_once(session: &mut Session<DB>) -> Result<(), BankError> {
        if session.attempt() == 1 { Err(BankError::Overdraft) } else { Ok(()) }
    }

    fn always(_: &BankError) -> bool {
        true
    }

    #[transactional(name = "never ends")]
    async fn never_ends(session: &mut Session<DB>, began: &tokio::sync::Notify) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        began.notify_one();
        std::future::pending().await
    }

    #[tokio::test]
    async fn of_a_call_that_commits() {
        let (_database, pool) = open::<DB>(1).await;
        let (log, _here) = Log::of_spans(Level::DEBUG);
        writes(&Db::from(pool)).await.expect("nothing fails");
        let call = log.span("db.transaction{");
        has(&call, &[r#"transaction="writes""#, system(), r#"mode="read write""#, r#"pool="writer""#, "attempts=1"]);
        has(&call, &[r#"outcome="committed""#, "wait_ms=", "hold_ms="]);
        assert!(!call.contains("error.type"), "{call}");
        has(&log.span("db.savepoint{"), &[r#"transaction="nests" outcome="kept""#]);
        has(&log.span("db.join{"), &[r#"outcome="kept""#]);
        log.span("db.commit{");
        let written = log.read();
        for (what, around) in [
            ("an event of the body", "db.transaction{"),
            ("an event of the body", ":db.attempt{attempt=1}:of the body:"),
            ("an event of a joined call", r#":db.attempt{attempt=1}:db.join{transaction="joins"}:"#),
        ] {
            let line = written.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("{what} is not in {written}"));
            has(line, &[around]);
        }
    }

    /// If only the spans of calls are enabled, the body is in that span.
    #[tokio::test]
    async fn of_calls_alone() {
        let (_database, pool) = open::<DB>(1).await;
        let (log, _here) = Log::of_spans(Level::INFO);
        writes(&pool).await.expect("nothing fails");
        let written = log.read();
        let event = written.lines().find(|line| line.contains("an event of the body")).expect("it was logged");
        has(event, &["db.transaction{"]);
        assert!(!written.contains("db.attempt"), "{written}");
    }

    #[tokio::test]
    async fn of_a_reader() {
        let (database, pool) = open::<DB>(1).await;
        let db = Db::from(pool).with_readers([database.pool(options(1))]);
        let (log, _here) = Log::of_spans(Level::INFO);
        reads(&db).await.expect("nothing fails");
        has(&log.span("db.transaction{"), &[r#"mode="read only""#, r#"pool="reader""#]);
    }

    #[tokio::test]
    async fn of_a_call_that_is_tried_again() {
        let (_database, pool) = open::<DB>(1).await;
        let soon = Duration::from_millis(1);
        let db = Db::from(pool).with_retry_policy(RetryPolicy::new().min_delay(soon).max_delay(soon));
        let (log, _here) = Log::of_spans(Level::DEBUG);
        fails_once(&db).await.expect("the second attempt succeeds");
        has(&log.span("db.attempt{attempt=1"), &[r#"error.type="_OTHER""#]);
        has(&log.span("db.transaction{"), &["attempts=2", r#"outcome="committed""#]);
        assert!(!log.span("db.attempt{attempt=2").contains("error.type"));
    }

    #[tokio::test]
    async fn of_a_call_that_is_dropped_or_cut_or_refused() {
        let (_database, pool) = open::<DB>(1).await;
        let (db, began) = (Db::from(pool), tokio::sync::Notify::new());
        {
            let (log, _here) = Log::of_spans(Level::INFO);
            tokio::select! {
                ended = never_ends(&db, &began) => panic!("{ended:?}"),
                () = began.notified() => {}
            }
            has(&log.span("db.transaction{"), &[r#"outcome="cancelled""#]);
        }
        {
            let (log, _here) = Log::of_spans(Level::INFO);
            let (ended, _) = tokio::join!(never_ends(&db, &began), async {
                began.notified().await;
                db.close(Duration::ZERO).await
            });
            ended.expect_err("the close cancelled it");
            has(&log.span("db.transaction{"), &[r#"outcome="cut""#, r#"error.type="closed""#]);
        }
        let (log, _here) = Log::of_spans(Level::INFO);
        writes(&db).await.expect_err("it is closed");
        has(&log.span("db.transaction{"), &[r#"outcome="not_begun""#, r#"error.type="closed""#]);
    }
}

mod of_a_failure {
    use super::*;
    use crate::bank::postgres::DB;

    #[transactional(name = "violates")]
    async fn violates(session: &mut Session<DB>) -> Result<(), BankError> {
        sqlx::query("INSERT INTO accounts VALUES (1, 0)")
            .execute(session)
            .await?;
        Ok(())
    }

    #[tokio::test]
    async fn that_the_server_reported() {
        let (_database, pool) = open::<DB>(1).await;
        let (log, _here) = Log::of_spans(Level::INFO);
        violates(&pool).await.expect_err("the account exists");
        let fields = [
            r#"error.type="constraint""#,
            r#"db.response.status_code="23505""#,
            r#"outcome="rolled_back""#,
        ];
        has(&log.span("db.transaction{"), &fields);
    }
}
