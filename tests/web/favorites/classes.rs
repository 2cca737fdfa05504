//! Each kind of failure, asked for in a sandbox: what the client is told, and what is stored.

use std::time::Duration;

use application::{Client, get, open, post, read};
use sqlx_transactional::{Fault, RetryPolicy, Sandbox};
use tests::servers::{Server, TestDatabase};

use super::{ADAS, TWO, created, launch};

const ATTEMPTS: usize = 3;

/// The fault, how often it comes, and the status and the class of the answer; none for one that succeeds.
type Case = (Fault, usize, u16, Option<&'static str>);

const CASES: [Case; 8] = [
    (Fault::Deadlock, 1, 201, None),
    (Fault::SerializationFailure, ATTEMPTS - 1, 201, None),
    (Fault::ConnectionLost, 1, 201, None),
    (Fault::Deadlock, ATTEMPTS, 409, Some("conflict")),
    (Fault::SerializationFailure, ATTEMPTS, 409, Some("conflict")),
    (Fault::ConnectionLost, ATTEMPTS, 503, Some("connection")),
    (Fault::LockTimeout, 1, 503, Some("connection")),
    (Fault::CommitUnknown { stored: false }, 1, 500, Some("unknown")),
];

/// There is one lock, and one failure.
const CASES_OF_SQLITE: [Case; 4] = [
    (Fault::Busy, ATTEMPTS - 1, 201, None),
    (Fault::Busy, ATTEMPTS, 503, Some("connection")),
    (Fault::ConnectionLost, ATTEMPTS, 503, Some("connection")),
    (Fault::CommitUnknown { stored: false }, 1, 500, Some("unknown")),
];

async fn meets<DB: Server>(database: &TestDatabase<DB>, (fault, times, status, class): Case) {
    // The first statement of the list's first creature, and the last of its second.
    for statement in [1, 6] {
        let sandbox = Sandbox::open(open(database, 2).await.pool()).await.expect("a sandbox");
        let policy = RetryPolicy::new().attempts(u32::try_from(ATTEMPTS).expect("a few")).min_delay(Duration::from_millis(1));
        let mut client = Client::of(launch(sandbox.db().with_retry_policy(policy)).await.address).await;
        for _ in 0..times {
            sandbox.fail_next(fault.at_statement(statement));
        }
        let head = client.head(post(ADAS, TWO)).await;
        let again = head.headers().get("retry-after").map(|seconds| seconds.to_str().expect("a number").to_owned());
        let answer = read(head).await;
        let case = format!("{fault:?} {times} times, at statement {statement}: {}", answer.text());
        assert_eq!(sandbox.faults_waiting(), 0, "{case}");
        assert_eq!((answer.status, again.as_deref()), (status, (status == 503).then_some("1")), "{case}");
        if let Some(class) = class {
            assert_eq!(answer.field("class"), class, "{case}");
        }
        let list = client.ask(get(ADAS)).await;
        assert_eq!(list.text(), if status == 201 { r#"["fox","owl"]"# } else { "[]" }, "{case}");
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
