//! A handle can be closed at any poll of a call, and `close` can be dropped at any of its own
//! polls. Nothing is lost and no transaction stays open. All databases.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx_transactional::{Db, Driver, Error, Session, transactional};
use tests::checks::none_open_on_the_server;
use tests::explorer::{every_poll, polled};
use tests::proxy::{Point, Proxied, Proxy, Way};
use tests::servers::{Server, TestDatabase};

use crate::bank::{BankError, balances, open, options};

const LONG: Duration = Duration::from_mins(1);

fn was_cut(error: &BankError) -> bool {
    matches!(error, BankError::Database(error) if matches!(Error::find(error), Some(Error::Cut)))
}

on_each_database! {
    #[transactional(name = "transfers")]
    pub(super) async fn transfers(session: &mut Session<DB>, after: Arc<AtomicUsize>) -> Result<(), BankError> {
        session.after_commit(async move {
            after.fetch_add(1, Ordering::Relaxed);
        });
        transfer(session, 1, 2, 1).await
    }

    /// A handle is closed once, so each round has its own.
    #[tokio::test]
    async fn a_call_that_is_cut_at_any_poll() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let (mut stored, mut cuts) = (0, 0);
        every_poll(async |cut| {
            let db = Db::from(database.pool(options(1)));
            let after = Arc::new(AtomicUsize::new(0));
            let mut call = pin!(transfers(&db, Arc::clone(&after)));
            let early = polled(call.as_mut(), cut.polls()).await;
            let (report, outcome) = tokio::join!(db.close(Duration::ZERO), async {
                if early.is_some() { None } else { Some(call.await) }
            });
            let ended = early.is_some();
            let outcome = early.or(outcome).expect("it has ended");
            match &outcome {
                Ok(()) => stored += 1,
                Err(error) => {
                    assert!(was_cut(error), "{error:?}");
                    cuts += 1;
                }
            }
            assert_eq!(report.cut.len(), usize::from(outcome.is_err()), "{report:?}");
            assert_eq!((report.unfinished, report.pools_closed), (0, true), "{report:?}");
            assert_eq!(after.load(Ordering::Relaxed), usize::from(outcome.is_ok()));
            none_open_on_the_server(&database).await;
            assert_eq!(balances(&database).await, (1000 - stored, 1000 + stored));
            ended
        })
        .await;
        assert!(cuts > 0 && stored > 0, "{cuts} cut, {stored} stored");
    }

    #[tokio::test]
    async fn a_closing_that_is_dropped_at_any_poll() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let after = Arc::new(AtomicUsize::new(0));
        every_poll(async |cut| {
            let db = Db::from(database.pool(options(2)));
            transfers(&db, Arc::clone(&after)).await.expect("it is open");
            let closed = cut.apply(db.close(LONG)).await;
            assert!(db.is_closed());
            assert!(db.close(LONG).await.pools_closed);
            none_open_on_the_server(&database).await;
            closed.is_some()
        })
        .await;
    }
}

/// COMMIT is on its way when the deadline passes.
async fn a_commit_is_awaited<DB: Proxied + Server + Driver>(
    transfers: impl AsyncFn(&Db<DB>, Arc<AtomicUsize>) -> Result<(), BankError>,
    dropped: bool,
) {
    let (database, _) = open::<DB>(1).await;
    let proxy = Proxy::of(&database);
    let db = Db::from(database.pool_through(&proxy, options(1)));
    let after = Arc::new(AtomicUsize::new(0));
    let commit = proxy.hold(Way::ToClient, Point::Commit);
    let mut call = Box::pin(transfers(&db, Arc::clone(&after)));
    tokio::select! {
        outcome = &mut call => panic!("the answer is held: {outcome:?}"),
        () = commit.reached() => {}
    }
    let call = if dropped {
        drop(call);
        None
    } else {
        Some(call)
    };
    let mut closing = pin!(db.close(Duration::ZERO));
    // From here on, only the answer of the server wakes `close`.
    assert!(
        polled(closing.as_mut(), 2).await.is_none(),
        "`close` waits for COMMIT"
    );
    assert_eq!(after.load(Ordering::Relaxed), 0);
    commit.release();
    let ended = async {
        if let Some(call) = call {
            call.await.expect("it is stored");
        }
    };
    let (report, ()) = tokio::join!(closing, ended);
    assert_eq!(
        (report.cut.len(), report.unfinished, report.pools_closed),
        (0, 0, true),
        "{report:?}"
    );
    assert_eq!(
        (report.running, report.finished),
        if dropped { (0, 0) } else { (1, 1) }
    );
    assert_eq!(after.load(Ordering::Relaxed), 1, "the hook has run");
    assert_eq!(balances(&database).await, (999, 1001));
}

#[tokio::test]
async fn a_commit_on_postgres_is_awaited() {
    a_commit_is_awaited(
        async |db, after| postgres::transfers(db, after).await,
        false,
    )
    .await;
}

#[tokio::test]
async fn a_commit_on_mysql_is_awaited() {
    a_commit_is_awaited(async |db, after| mysql::transfers(db, after).await, false).await;
}

#[tokio::test]
async fn a_commit_in_the_background_is_awaited() {
    a_commit_is_awaited(async |db, after| postgres::transfers(db, after).await, true).await;
}
