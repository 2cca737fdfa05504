//! The futures of calls are spawned, boxed, raced and collected.
#![deny(warnings)]

use std::{pin::Pin, sync::Arc};

use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, try_join_all},
    stream,
};
use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Db, Session, transactional};
use tokio::{sync::Mutex, task::JoinSet};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[transactional]
async fn add(session: &mut Session<Sqlite>, id: i64, cents: &i64) -> Result<i64> {
    sqlx::query_scalar("UPDATE account SET cents = cents + ? WHERE id = ? RETURNING cents")
        .bind(cents)
        .bind(id)
        .fetch_one(session)
        .await
}

#[transactional]
async fn holds(session: &mut Session<Sqlite>, lock: Arc<Mutex<i64>>) -> Result<i64> {
    let mut guard = lock.lock().await;
    *guard += add(&mut *session, 1, &1).await?;
    Ok(*guard)
}

fn boxed(db: &Db<Sqlite>) -> BoxFuture<'_, Result<i64>> {
    add(db, 1, &1).boxed()
}

fn erased(pool: SqlitePool) -> Pin<Box<dyn Future<Output = Result<i64>> + Send>> {
    Box::pin(async move { add(&pool, 1, &1).await })
}

#[transactional]
async fn joins_boxed(session: &mut Session<Sqlite>) -> Result<i64> {
    let call: BoxFuture<'_, Result<i64>> = add(&mut *session, 1, &1).boxed();
    call.await
}

#[transactional]
async fn races(session: &mut Session<Sqlite>) -> Result<i64> {
    tokio::select! {
        biased;
        cents = add(&mut *session, 1, &0) => cents,
        () = std::future::pending() => Ok(0),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spawned() -> Result {
    let db = database().await;
    let task = tokio::spawn({
        let db = db.clone();
        async move { add(&db, 2, &5).await }
    });
    assert_eq!(task.await.expect("it ran")?, 5);

    let mut tasks = JoinSet::new();
    for cents in 0..4 {
        let db = db.clone();
        tasks.spawn(async move { add(&db, 2, &cents).await });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("it ran")?;
    }

    try_join_all((0..4).map(|_| add(&db, 2, &1))).await?;
    assert!(
        stream::iter(0..4)
            .map(|_| add(&db, 2, &0))
            .buffer_unordered(2)
            .all(async |done| done.is_ok())
            .await
    );
    let (one, other) = tokio::try_join!(sent(add(&db, 2, &0)), sent(add(&db, 2, &0)))?;
    assert_eq!((one, other), (15, 15));
    assert_eq!(sent(holds(&db, Arc::default())).await?, 101);
    assert_eq!(sent(boxed(&db)).await?, 102);
    assert_eq!(sent(erased(db.pool().clone())).await?, 103);
    assert_eq!(sent(joins_boxed(&db)).await?, 104);
    assert_eq!(sent(races(&db)).await?, 104);
    Ok(())
}
