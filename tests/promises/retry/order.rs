//! What one attempt sends before the next begins. After the first conflict: one message on the same
//! connection. Otherwise: ROLLBACK if the connection works, and BEGIN after another acquire.

use sqlx_transactional::{Serializable, Session, retry_on_error, transactional};
use tests::{proxy::Proxy, servers::TestDatabase};

use super::{Fault, fail};
use crate::bank::options;

type DB = sqlx::Postgres;

#[retry_on_error(attempts = 4, min_delay = "1ms", max_delay = "2ms")]
#[transactional(lock_timeout = "1s")]
async fn fails(
    session: &mut Session<DB, Serializable>,
    fault: Fault,
    until: u32,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut *session).await?;
    if session.attempt() < until {
        fail(session, fault).await
    } else {
        Ok(())
    }
}

/// The first one or two words of each statement, and the number of its connection.
async fn sent(fault: Fault, until: u32) -> Vec<(usize, String)> {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    fails(&pool, fault, 0).await.expect("nothing fails");
    let counted = proxy.count(async || fails(&pool, fault, until).await).await;
    pool.close().await;
    counted.value.expect("the last attempt succeeds");
    counted
        .messages
        .iter()
        .filter(|message| message.runs)
        .map(|message| (message.link, message.text.clone()))
        .collect()
}

const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL lock_timeout = 1000; SELECT pg_backend_pid(), now() = statement_timestamp()";

fn texts(sent: &[(usize, String)]) -> Vec<&str> {
    sent.iter()
        .map(|(_, text)| {
            if text.starts_with("DO") {
                "DO"
            } else {
                text.as_str()
            }
        })
        .collect()
}

#[tokio::test]
async fn the_first_conflict_costs_one_message() {
    let sent = sent(Fault::Serialization, 2).await;
    let again = format!("ROLLBACK; {BEGIN}");
    assert_eq!(
        texts(&sent),
        [BEGIN, "SELECT 1", "DO", &again, "SELECT 1", "COMMIT"]
    );
    assert_eq!(sent[0].0, sent[3].0, "the connection is the same");
}

#[tokio::test]
async fn the_second_conflict_rolls_back_and_sleeps() {
    let sent = sent(Fault::Deadlock, 3).await;
    let again = format!("ROLLBACK; {BEGIN}");
    assert_eq!(
        texts(&sent),
        [
            BEGIN, "SELECT 1", "DO", &again, "SELECT 1", "DO", "ROLLBACK", BEGIN, "SELECT 1",
            "COMMIT"
        ]
    );
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let sent = sent(Fault::Lost, 2).await;
    assert_eq!(
        texts(&sent),
        [
            BEGIN,
            "SELECT 1",
            "SELECT pg_terminate_backend(pg_backend_pid())",
            BEGIN,
            "SELECT 1",
            "COMMIT"
        ]
    );
    assert_ne!(sent[2].0, sent[3].0);
}
