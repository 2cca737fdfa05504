//! The metrics that calls record: how many calls there were, how they ended, how many attempts they
//! took, and how long they waited for connections and held them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

use crate::bank::{BankError, open};

/// The value of each counter and the number of entries of each histogram, by metric and outcome.
fn figures(of: &'static str, snapshotter: &Snapshotter) -> BTreeMap<(String, String), u64> {
    let mut figures = BTreeMap::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let label = |wanted: &str| {
            key.key()
                .labels()
                .find(|label| label.key() == wanted)
                .map(|label| label.value().to_owned())
        };
        if label("transaction").as_deref() != Some(of) {
            continue;
        }
        assert!(
            ["postgresql", "mysql", "sqlite"]
                .contains(&&*label("db.system.name").expect("each has it"))
        );
        let value = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(seconds) => {
                assert!(
                    seconds
                        .iter()
                        .all(|seconds| (0.0..60.0).contains(&seconds.into_inner())),
                    "{seconds:?}"
                );
                seconds.len() as u64
            }
            DebugValue::Gauge(_) => panic!("there is none"),
        };
        figures.insert(
            (
                key.key().name().to_owned(),
                label("outcome").expect("each has it"),
            ),
            value,
        );
    }
    figures
}

on_each_database! {
    #[retry_on_error(when = always, attempts = 3)]
    #[transactional(name = "metrics::succeeds_in")]
    async fn succeeds_in(session: &mut Session<DB>, attempt: u32) -> Result<(), BankError> {
        if session.attempt() < attempt { Err(BankError::Overdraft) } else { Ok(()) }
    }

    fn always(_: &BankError) -> bool {
        true
    }

    #[transactional(name = "metrics::never_ends")]
    async fn never_ends(session: &mut Session<DB>, began: &AtomicBool) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        began.store(true, SeqCst);
        std::future::pending().await
    }

    #[tokio::test]
    async fn of_calls_by_name_and_outcome() {
        let (_database, pool) = open::<DB>(1).await;
        let db = Db::from(pool);
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let _here = metrics::set_default_local_recorder(&recorder);

        succeeds_in(&db, 1).await.expect("at once");
        succeeds_in(&db, 3).await.expect("in its last attempt");
        succeeds_in(&db, 4).await.expect_err("there is no fourth attempt");
        db.close(std::time::Duration::ZERO).await;
        succeeds_in(&db, 1).await.expect_err("it is closed");

        let figures = figures("metrics::succeeds_in", &snapshotter);
        let of = |metric: &str, outcome: &str| figures.get(&(metric.to_owned(), outcome.to_owned())).copied();
        for (outcome, calls, attempts) in [("committed", 2, 4), ("rolled_back", 1, 3), ("not_begun", 1, 1)] {
            assert_eq!(of("db.client.transactions", outcome), Some(calls), "{figures:?}");
            assert_eq!(of("db.client.transaction.attempts", outcome), Some(attempts), "{figures:?}");
            assert_eq!(of("db.client.connection.wait_time", outcome), Some(calls), "{figures:?}");
            let had_a_connection = (outcome != "not_begun").then_some(calls);
            assert_eq!(of("db.client.connection.use_time", outcome), had_a_connection, "{figures:?}");
        }
    }

    #[tokio::test]
    async fn of_a_call_that_is_dropped() {
        let (_database, pool) = open::<DB>(1).await;
        let (recorder, began) = (DebuggingRecorder::new(), AtomicBool::new(false));
        let snapshotter = recorder.snapshotter();
        let _here = metrics::set_default_local_recorder(&recorder);
        let mut call = Box::pin(never_ends(&pool, &began));
        while !began.load(SeqCst) {
            assert!(futures_util::poll!(&mut call).is_pending());
            tokio::task::yield_now().await;
        }
        drop(call);
        let figures = figures("metrics::never_ends", &snapshotter);
        assert_eq!(figures.get(&("db.client.transactions".to_owned(), "cancelled".to_owned())), Some(&1), "{figures:?}");
    }
}
