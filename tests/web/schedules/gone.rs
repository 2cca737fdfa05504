//! Clients that disconnect, cancel their call, or set it a deadline.

use std::time::Duration;

use application::{count, nothing_is_left};
use tests::{
    checks::PROMISED,
    explorer::polled,
    servers::{Server, TestDatabase},
};
use tokio::{task::yield_now, time::timeout};
use tonic::{Code, Request};

use super::{
    client::{code, staff},
    created, served,
};

/// Long enough for the call to arrive.
const LONG: Duration = Duration::from_secs(3);

/// How a client ends its call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Leaving {
    /// It closes its connection.
    Gone,
    /// It resets the call and keeps the connection.
    Reset,
    /// It has set a deadline before.
    Deadline,
}

/// Another transaction has inserted the same team. Every database waits for its end.
async fn rolls_back<DB: Server>(leaving: Leaving) {
    let database: TestDatabase<DB> = created().await;
    let (db, served) = served(&database, 2).await;
    let client = served.client().await;
    let mut other = database.connect().await;
    DB::run(
        &mut other,
        "BEGIN; INSERT INTO teams (name) VALUES ('porters')".to_owned(),
    )
    .await
    .expect("the name is free");
    let mut request = Request::new(staff("porters", 3));
    if leaving == Leaving::Deadline {
        request.set_timeout(LONG);
    }
    let mut caller = client.clone();
    let mut waiting = Box::pin(caller.add_staff(request));
    // If there is an audit log, the attempt is stored there first.
    while db.stats().transactions == 0
        || (DB::NAME != "SQLite" && count(&database, "attempts").await == 0)
    {
        assert!(polled(waiting.as_mut(), 1).await.is_none());
        yield_now().await;
    }
    match leaving {
        Leaving::Gone => {
            drop(waiting);
            drop((caller, client));
        }
        Leaving::Reset => drop(waiting),
        // tonic's code for it.
        Leaving::Deadline => assert_eq!(code(waiting.await), Code::Cancelled),
    }
    let dropped = async {
        while db.stats().calls > 0 {
            yield_now().await;
        }
    };
    timeout(PROMISED, dropped)
        .await
        .expect("the call went with its client");
    DB::run(&mut other, "ROLLBACK".to_owned())
        .await
        .expect("it was begun");
    nothing_is_left(&database, db.pool()).await;
    assert_eq!(
        (
            count(&database, "teams").await,
            count(&database, "changes").await
        ),
        (1, 0),
        "{leaving:?}"
    );
    assert_eq!(
        count(&database, "attempts WHERE carried_out = 1").await,
        0,
        "{leaving:?}"
    );
    let mut next = served.client().await;
    let added = timeout(Duration::from_secs(20), next.add_staff(staff("porters", 3)))
        .await
        .expect("no other transaction conflicts");
    assert_eq!(code(added), Code::Ok);
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn a_client_that_goes_away_rolls_back() {
        rolls_back::<DB>(Leaving::Gone).await;
    }

    #[tokio::test]
    async fn a_call_that_is_reset_rolls_back() {
        rolls_back::<DB>(Leaving::Reset).await;
    }

    #[tokio::test]
    async fn a_call_whose_deadline_passes_rolls_back() {
        rolls_back::<DB>(Leaving::Deadline).await;
    }
} }
