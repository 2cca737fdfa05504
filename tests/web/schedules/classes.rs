//! Each kind of failure, asked for in a sandbox: what the client is told, and what is stored.

use std::time::Duration;

use application::open;
use sqlx_transactional::{Fault, RetryPolicy, Sandbox};
use tests::servers::{Server, TestDatabase};
use tonic::Code;

use super::{
    client::{Served, staff},
    created, number,
};

const ATTEMPTS: usize = 3;

/// The fault, how often it comes, and the code of the answer.
type Case = (Fault, usize, Code);

const CASES: [Case; 8] = [
    (Fault::Deadlock, 1, Code::Ok),
    (Fault::SerializationFailure, ATTEMPTS - 1, Code::Ok),
    (Fault::ConnectionLost, 1, Code::Ok),
    (Fault::Deadlock, ATTEMPTS, Code::Aborted),
    (Fault::SerializationFailure, ATTEMPTS, Code::Aborted),
    (Fault::ConnectionLost, ATTEMPTS, Code::Unavailable),
    (Fault::LockTimeout, 1, Code::Unavailable),
    (Fault::CommitUnknown { stored: false }, 1, Code::Unknown),
];

/// There is one lock, and one failure.
const CASES_OF_SQLITE: [Case; 4] = [
    (Fault::Busy, ATTEMPTS - 1, Code::Ok),
    (Fault::Busy, ATTEMPTS, Code::Unavailable),
    (Fault::ConnectionLost, ATTEMPTS, Code::Unavailable),
    (Fault::CommitUnknown { stored: false }, 1, Code::Unknown),
];

async fn meets<DB: Server>(database: &TestDatabase<DB>, (fault, times, expected): Case) {
    // Where the team is inserted, and where the last of the people is.
    for statement in [2, 5] {
        let sandbox = Sandbox::open(open(database, 2).await.pool()).await.expect("a sandbox");
        let policy = RetryPolicy::new().attempts(u32::try_from(ATTEMPTS).expect("a few")).min_delay(Duration::from_millis(1));
        let served = Served::with(sandbox.db().with_retry_policy(policy), None).await;
        for _ in 0..times {
            sandbox.fail_next(fault.at_statement(statement));
        }
        let answer = served.client().await.add_staff(staff("porters", 3)).await;
        let case = format!("{fault:?} {times} times, at statement {statement}: {answer:?}");
        assert_eq!(sandbox.faults_waiting(), 0, "{case}");
        let (code, again) = match answer {
            Ok(_) => (Code::Ok, None),
            Err(status) => (status.code(), status.metadata().get("grpc-retry-pushback-ms").cloned()),
        };
        assert_eq!((code, again.is_some()), (expected, code == Code::Unavailable), "{case}");
        let people = number(&sandbox.db(), "SELECT COUNT(*) FROM people WHERE team = 'porters'").await;
        assert_eq!(people, if code == Code::Ok { 3 } else { 0 }, "{case}");
        sandbox.close().await.expect("nothing escaped");
    }
}

on! { [postgres Postgres mysql MySql] {
    #[tokio::test]
    async fn is_told_by_its_class() {
        let database = created::<DB>().await;
        for case in CASES {
            meets(&database, case).await;
        }
    }
} }

#[tokio::test]
async fn is_told_by_its_class_on_sqlite() {
    let database = created::<sqlx::Sqlite>().await;
    for case in CASES_OF_SQLITE {
        meets(&database, case).await;
    }
}
