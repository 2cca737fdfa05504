//! Each kind of failure, asked for in a sandbox: the application answers, and nothing is left of
//! what has failed.
use std::time::Duration;

use sqlx::Any;
use sqlx_transactional::{Db, Fault, RetryPolicy, Sandbox};
use tests::servers::{Server, TestDatabase};

use crate::open;

/// What a client is to hear of it, in the words of its protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// That it was carried out.
    Done,
    /// That others were in the way.
    Conflict,
    /// To come again later.
    Unavailable,
    /// That it is not known.
    Unknown,
}

const ATTEMPTS: usize = 3;

/// The fault, how often it comes, and what its client is told.
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

/// There is one lock, and one failure.
const CASES_OF_SQLITE: [Case; 4] = [
    (Fault::Busy, ATTEMPTS - 1, Told::Done),
    (Fault::Busy, ATTEMPTS, Told::Unavailable),
    (Fault::ConnectionLost, ATTEMPTS, Told::Unavailable),
    (Fault::CommitUnknown { stored: false }, 1, Told::Unknown),
];

/// Each fault at each of the statements, and what the application `meets` in the one call that it
/// is asked for: with its handle, what it is to tell, and the name of the case.
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
