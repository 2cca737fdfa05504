//! What every application promises, whatever it is made with.
use std::{
    fmt::Debug,
    future::Future,
    pin::{Pin, pin},
    time::Duration,
};

use sqlx::Any;
use sqlx_transactional::{CloseReport, Db, Sandbox};
use tests::{
    explorer::polled,
    proxy::{Point, Proxy, Trigger, Way},
    servers::{Server, TestDatabase},
};
use tokio::task::{JoinHandle, yield_now};

use crate::{nothing_is_left, open};

/// It works on a pool, and leaves nothing open.
pub async fn works_on_a_pool<DB: Server>(
    database: &TestDatabase<DB>,
    works: impl AsyncFnOnce(Db<Any>),
) {
    let db = open(database, 4).await;
    works(db.clone()).await;
    nothing_is_left(database, db.pool()).await;
}

/// It works in a sandbox, which ends as it began.
pub async fn works_in_a_sandbox<DB: Server>(
    database: &TestDatabase<DB>,
    works: impl AsyncFnOnce(Db<Any>),
) {
    let sandbox = Sandbox::open(open(database, 2).await.pool())
        .await
        .expect("a sandbox");
    works(sandbox.db()).await;
    sandbox.close().await.expect("it is rolled back");
}

/// Asks until a message is held on its way: the request is there, and goes no further.
pub async fn until_held<A: Debug>(held: &Trigger, mut asking: Pin<&mut impl Future<Output = A>>) {
    tokio::select! {
        answer = &mut asking => panic!("nothing was held: {answer:?}"),
        () = held.reached() => {}
    }
}

/// The answer, which does not come before COMMIT was acknowledged, whatever happens `meanwhile`.
pub async fn answered_after_commit<A: Debug>(
    proxy: &Proxy,
    asking: impl Future<Output = A>,
    meanwhile: impl AsyncFnOnce(),
) -> A {
    let mut asking = pin!(asking);
    let acknowledged = proxy.hold(Way::ToClient, Point::Commit);
    until_held(&acknowledged, asking.as_mut()).await;
    meanwhile().await;
    if let Some(answer) = polled(asking.as_mut(), 1).await {
        panic!("before COMMIT was acknowledged: {answer:?}");
    }
    acknowledged.release();
    asking.await
}

/// The health endpoint tells of a server that is gone, and of its return.
pub async fn health_is_true(proxy: &Proxy, mut is_healthy: impl AsyncFnMut() -> bool) {
    assert!(is_healthy().await);
    proxy.refuse();
    proxy.cut();
    assert!(!is_healthy().await, "its server is gone");
    proxy.restore();
    assert!(is_healthy().await, "its server is back");
}

/// What the process does when it is asked to end. Returns when no new call is taken.
pub async fn closing(db: &Db<Any>) -> JoinHandle<CloseReport> {
    let closing = tokio::spawn({
        let db = db.clone();
        async move { db.close(Duration::from_secs(20)).await }
    });
    while !db.is_closed() {
        yield_now().await;
    }
    closing
}
