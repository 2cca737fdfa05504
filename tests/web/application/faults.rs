//! Each kind of failure, caused by a sandbox: the application answers, and nothing is stored of the
//! call that failed.
use std::time::Duration;

use sqlx::Any;
use sqlx_transactional::{Db, Fault, RetryPolicy, Sandbox};
use tests::servers::{Server, TestDatabase};

use crate::open;

/// What the client is told, in the words of its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The call was carried out.
    Done,
    /// The call conflicts with others.
    Conflict,
    /// Try again later.
    Unavailable,
    /// The outcome is unknown.
    Unknown,
}

const ATTEMPTS: usize = 3;

/// The fault, how often it happens, and what the client is told.
type Case = (Fault, usize, Told);

const CASES: [Case; 8] = [
    (Fault::Deadlock, 1, Told::Done),
    (Fault::SerializationFailure, ATTEMPTS - 1, Told::Done),
    (Fault::ConnectionLost, 1, Told::Done),
    (Fault::Deadlock, ATTEMPTS, Told::Conflict),
    (Fault::SerializationFailure, ATTEMPTS, Told::Conflict),
    (Fault::ConnectionLost, ATTEMPTS, Told::Unavailable),
    (Fault::LockTimeout, 1, Told::Unavailable),
    (Fault::CommitUnknown { stored: false }, 1, Told::Unknown),
];

/// SQLite has one lock, and so one kind of conflict.
const CASES_OF_SQLITE: [Case; 4] = [
    (Fault::Busy, ATTEMPTS - 1, Told::Done),
    (Fault::Busy, ATTEMPTS, Told::Unavailable),
    (Fault::ConnectionLost, ATTEMPTS, Told::Unavailable),
    (Fault::CommitUnknown { stored: false }, 1, Told::Unknown),
];

/// Causes each fault at each of the statements. `meets` makes one call with the handle, and checks
/// that the client is told this. The text is the name of the case.
pub async fn each_fault<DB: Server>(
    database: &TestDatabase<DB>,
    statements: impl IntoIterator<Item = u32> + Clone,
    mut meets: impl AsyncFnMut(Db<Any>, Told, String),
) {
    let cases = if DB::NAME == "SQLite" {
        &CASES_OF_SQLITE[..]
    } else {
        &CASES
    };
    for &(fault, times, told) in cases {
        for statement in statements.clone() {
            let sandbox = Sandbox::open(open(database, 2).await.pool())
                .await
                .expect("a sandbox");
            let policy = RetryPolicy::new()
                .attempts(u32::try_from(ATTEMPTS).expect("a few"))
                .min_delay(Duration::from_millis(1));
            for _ in 0..times {
                sandbox.fail_next(fault.at_statement(statement));
            }
            let case = format!("{fault:?} {times} times, at statement {statement}");
            meets(sandbox.db().with_retry_policy(policy), told, case.clone()).await;
            assert_eq!(sandbox.faults_waiting(), 0, "{case}");
            sandbox.close().await.expect("nothing escaped");
        }
    }
}
