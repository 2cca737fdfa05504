//! The log of a retried call: what was sent, when the connection was released, and when it slept.

use sqlx_transactional::{Session, retry_on_error, transactional};
use tests::servers::TestDatabase;

use super::{Fault, fail};
use crate::{bank::options, log::Log};

type DB = sqlx::Postgres;

#[retry_on_error(attempts = 4, min_delay = "20ms", max_delay = "20ms")]
#[transactional(name = "transfer")]
async fn transfer(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET cents = cents + 1")
        .execute(&mut *session)
        .await?;
    if session.attempt() < 3 {
        fail(session, Fault::Deadlock).await
    } else {
        Ok(())
    }
}

#[tokio::test]
async fn tells_what_was_sent_and_when_it_slept() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = options(1).after_release(|_, _| {
        Box::pin(async {
            tracing::debug!("the pool has the connection back");
            Ok(true)
        })
    });
    let pool = database.pool(pool);
    drop(pool.acquire().await.expect("a connection"));
    let written = {
        let (log, _here) = Log::of_this_thread(tracing::Level::DEBUG);
        transfer(&pool).await.expect("the third attempt succeeds");
        log.read()
    };
    println!("{written}");

    let told = [
        r#"summary="BEGIN; SELECT pg_backend_pid()"#,
        r#"summary="UPDATE accounts"#,
        r#"summary="DO $$"#,
        r#"failed, and is tried again transaction="transfer" attempt=1 class=Deadlock"#,
        r#"summary="ROLLBACK; BEGIN; SELECT"#,
        r#"summary="UPDATE accounts"#,
        r#"summary="DO $$"#,
        r#"failed, and is tried again transaction="transfer" attempt=2 class=Deadlock"#,
        r#"summary="ROLLBACK""#,
        r#"holds no connection, and sleeps transaction="transfer" delay="#,
        r#"summary="BEGIN; SELECT pg_backend_pid()"#,
        r#"summary="UPDATE accounts"#,
        r#"summary="COMMIT""#,
    ];
    let mut rest = written.as_str();
    for text in told {
        let Some(at) = rest.find(text) else {
            panic!("{text} is missing, or not in its place")
        };
        rest = &rest[at + text.len()..];
    }
    let (_, asleep) = written.split_once("sleeps").expect("it slept");
    let (asleep, _) = asleep.split_once("BEGIN").expect("it went on");
    assert!(asleep.contains("the pool has the connection back"));
}
