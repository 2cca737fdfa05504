//! Each check of the observer finds what it is made for.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use sqlx::{MySql, Postgres, Sqlite};

use super::{
    observer::{COMMITTED, Observer, REGISTERED, ROLLED_BACK, Stored},
    subject::{Subject, open},
};
use crate::{bank::options, diary::Diary};

const HALF: &str = "UPDATE accounts SET cents = cents - 1 WHERE id = 1";
const WHOLE: &str = "UPDATE accounts SET cents = cents + 2 * id - 3";

/// What a call may leave behind.
#[derive(Debug)]
enum Left<'a> {
    /// These statements, on a connection of the pool.
    Pooled(&'a str),
    /// These statements, on a connection outside the pool.
    Outside(&'a str),
    /// A connection that does not come back.
    Permit,
    /// These statements, which were committed, and notes in the diary.
    Done(&'a str, &'a [&'static str]),
}

/// The observer's complaint.
async fn complaint<DB: Subject>(left: Left<'_>) -> String {
    let database = open::<DB>().await;
    let pool = database.pool(options(2));
    let (mut observer, diary) = (Observer::of(&database).await, Diary::default());
    let mut pooled = pool.acquire().await.expect("a connection");
    let mut outside = None;
    match left {
        Left::Pooled(sql) => drop(
            DB::run(&mut pooled, sql.to_owned())
                .await
                .expect("the statements of a test are right"),
        ),
        Left::Outside(sql) => {
            let connection = outside.insert(database.connect().await);
            DB::run(connection, sql.to_owned())
                .await
                .expect("the statements of a test are right");
        }
        Left::Permit => {}
        Left::Done(sql, notes) => {
            database.run(sql).await;
            for note in notes {
                diary.note(note).await;
            }
        }
    }
    let kept = matches!(left, Left::Permit).then_some(pooled);
    let looked = AssertUnwindSafe(observer.check(&pool, &diary, Stored::AllOrNothing(1)))
        .catch_unwind()
        .await;
    drop((kept, outside));
    match looked {
        Ok(stored) => format!("nothing, stored: {stored}"),
        Err(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default(),
    }
}

async fn sees<DB: Subject>(begin: &str, settings: &[&str]) {
    let in_a_transaction = format!("{begin}; {HALF}");
    for (left, said) in [
        (
            Left::Done(WHOLE, &[REGISTERED, COMMITTED]),
            "nothing, stored: true",
        ),
        (
            Left::Done("SELECT 1", &[REGISTERED, ROLLED_BACK]),
            "nothing, stored: false",
        ),
        (Left::Pooled(begin), "not clean"),
        (Left::Pooled(&in_a_transaction), "is still locked"),
        (Left::Outside(&in_a_transaction), "is still locked"),
        (Left::Permit, "connection 2 is not to be had"),
        (Left::Done(HALF, &[]), "half of it is stored"),
        (Left::Done(WHOLE, &[REGISTERED]), "no hook has run"),
        (
            Left::Done(WHOLE, &[REGISTERED, ROLLED_BACK]),
            "left == right",
        ),
        (
            Left::Done("SELECT 1", &[REGISTERED, COMMITTED]),
            "left == right",
        ),
        (
            Left::Done(WHOLE, &[REGISTERED, COMMITTED, COMMITTED]),
            "[\"committed\", \"committed\"]",
        ),
    ] {
        let text = format!("{left:?}");
        let complaint = complaint::<DB>(left).await;
        assert!(complaint.contains(said), "{text}: {complaint}");
    }
    for setting in settings {
        let complaint = complaint::<DB>(Left::Pooled(setting)).await;
        assert!(
            complaint.contains("changed") || complaint.contains("not clean"),
            "{setting}: {complaint}"
        );
    }
    if DB::NAME != "SQLite" {
        let complaint = complaint::<DB>(Left::Outside("SELECT 1")).await;
        assert!(
            complaint.contains("3 connections on the server"),
            "{complaint}"
        );
    }
}

#[tokio::test]
async fn on_postgres() {
    let settings = [
        "SET lock_timeout = 1000",
        "SET statement_timeout = 1000",
        "SET default_transaction_read_only = on",
    ];
    sees::<Postgres>("BEGIN", &settings).await;
}

#[tokio::test]
async fn on_mysql() {
    let settings = [
        "SET SESSION innodb_lock_wait_timeout = 7",
        "SET SESSION lock_wait_timeout = 7",
        "SET SESSION max_statement_time = 7",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        // Applies to the next transaction only.
        "SET TRANSACTION READ ONLY",
    ];
    sees::<MySql>("START TRANSACTION", &settings).await;
}

#[tokio::test]
async fn on_sqlite() {
    sees::<Sqlite>(
        "BEGIN",
        &["PRAGMA busy_timeout = 1000", "PRAGMA query_only = 1"],
    )
    .await;
}
