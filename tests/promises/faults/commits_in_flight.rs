//! Every kind of call is dropped while COMMIT is on its way to the server, or its answer on the way
//! back. The crate finishes the COMMIT in the background and runs the hooks, and the call is
//! stored.

use tests::{
    checks::all_permits_back,
    explorer::{Cut, When},
    proxy::{Point, Way},
};

use super::{
    calls::{self, Kind},
    observer::{Observer, Stored},
    subject::{Subject, open},
};
use crate::diary::Diary;

/// The kinds of calls that commit a write, and how many cents they move.
const WRITERS: [(&str, i64); 9] = [
    ("begin", 1),
    ("joined", 2),
    ("nested", 3),
    ("with settings", 1),
    ("hooks", 1),
    ("connection()", 1),
    ("retried, asleep", 1),
    ("retried, at once", 1),
    ("exactly once", 1),
];

async fn are_finished<DB: Subject>(kinds: &[Kind<DB>]) {
    let database = open::<DB>().await;
    let (proxy, pool) = DB::reach(&database);
    let proxy = proxy.expect("there is a network");
    let mut observer = Observer::of(&database).await;
    for (call, cents) in WRITERS {
        let (_, run) = kinds
            .iter()
            .find(|kind| kind.0 == call)
            .expect("there is such a kind");
        for way in [Way::ToServer, Way::ToClient] {
            // A hook of an earlier call may have read. The COMMIT of that call is not awaited, and
            // it is not the one to hold.
            drop(all_permits_back(&pool).await);
            // Not `Point::Commit`: the block that fails on purpose ends with END.
            let commit = proxy.hold(way, Point::Sql("COMMIT"));
            let diary = Diary::default();
            tokio::select! {
                ended = run(&pool, &diary, Cut::at(usize::MAX, When::AtOnce)) => panic!("{call} does not wait for COMMIT: {ended:?}"),
                () = commit.reached() => {}
            }
            commit.release();
            println!("{call}, {way:?}");
            observer.check(&pool, &diary, Stored::All(cents)).await;
        }
    }
}

#[tokio::test]
async fn are_finished_on_postgres() {
    are_finished(calls::POSTGRES).await;
}

#[tokio::test]
async fn are_finished_on_mysql() {
    are_finished(calls::MYSQL).await;
}
