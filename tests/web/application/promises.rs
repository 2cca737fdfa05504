//! What every application promises, built with any framework.
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

/// It works on a pool, and leaves no transaction open.
pub async fn works_on_a_pool<DB: Server>(
    database: &TestDatabase<DB>,
    works: impl AsyncFnOnce(Db<Any>),
) {
    let db = open(database, 4).await;
    works(db.clone()).await;
    nothing_is_left(database, db.pool()).await;
}

/// It works in a sandbox, which is rolled back.
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

/// Polls the request until a message is held, so that the request has reached that message.
pub async fn until_held<A: Debug>(held: &Trigger, mut asking: Pin<&mut impl Future<Output = A>>) {
    tokio::select! {
        answer = &mut asking => panic!("nothing was held: {answer:?}"),
        () = held.reached() => {}
    }
}

/// The answer, which must not arrive before COMMIT was acknowledged, regardless of `meanwhile`.
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

/// The health endpoint reports that the server is gone, and that it is back.
pub async fn health_is_true(proxy: &Proxy, mut is_healthy: impl AsyncFnMut() -> bool) {
    assert!(is_healthy().await);
    proxy.refuse();
    proxy.cut();
    assert!(!is_healthy().await, "its server is gone");
    proxy.restore();
    assert!(is_healthy().await, "its server is back");
}

/// Closes the handle, as the process does when it has to end. Returns once no new call is accepted.
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
