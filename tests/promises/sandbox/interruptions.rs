//! A statement that is cancelled in a sandbox on `MySQL` is stopped from another connection. No
//! later statement is stopped by mistake.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use sqlx_transactional::{Session, transactional};
use tests::{
    checks::open_transactions,
    proxy::{Point, Proxy, Way},
    servers::{Server as _, TestDatabase},
};

use super::{open, sandbox_on};
use crate::bank::{
    BankError,
    mysql::{DB, add},
    options,
};

/// Sleeps for so many milliseconds. Returns whether it was interrupted.
#[transactional]
async fn sleep(session: &mut Session<DB>, milliseconds: u32) -> Result<i64, BankError> {
    let sleep = AssertSqlSafe(format!("SELECT SLEEP({milliseconds} / 1000)"));
    Ok(sqlx::query_scalar(sleep).fetch_one(session).await?)
}

/// The statements end at about the time at which they are stopped.
#[tokio::test]
async fn hit_no_later_statement() {
    let (_database, sandbox) = open::<DB, DB>().await;
    let db = sandbox.db();
    for round in 0..60 {
        // Cancelled, unless the task is not polled for that long.
        let _ = tokio::time::timeout(Duration::from_millis(1), sleep(&db, 46 + round % 10)).await;
        assert_eq!(
            sleep(&db, 3).await.expect("it was not cancelled"),
            0,
            "round {round}"
        );
    }
    sandbox
        .close()
        .await
        .expect("its transaction is still there");
}

/// Waits until the test releases the lock of this name. Returns whether it got the lock.
#[transactional]
async fn wait_for(session: &mut Session<DB>, name: &str) -> Result<bool, BankError> {
    add(&mut *session, 1, 1).await?;
    let lock = AssertSqlSafe(format!("SELECT GET_LOCK('{name}', 1000)"));
    Ok(sqlx::query_scalar::<_, Option<i64>>(lock)
        .fetch_one(session)
        .await?
        == Some(1))
}

async fn waits_for(database: &TestDatabase<DB>, name: &str) -> bool {
    open_transactions(database)
        .await
        .iter()
        .any(|line| line.contains(name))
}

#[tokio::test]
async fn that_are_late_are_waited_for() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::of(&database);
    let sandbox = sandbox_on(&database.pool_through(&proxy, options(4))).await;
    // Lock names are shared by the whole server.
    let name = database
        .url()
        .rsplit('/')
        .next()
        .expect("the database has a name");
    let (db, first, next) = (sandbox.db(), format!("{name} 1"), format!("{name} 2"));
    let mut other = database.connect().await;
    DB::run(
        &mut other,
        format!("DO GET_LOCK('{first}', 0), GET_LOCK('{next}', 0)"),
    )
    .await
    .expect("the locks are free");

    let kill = proxy.hold(Way::ToServer, Point::Sql("KILL QUERY"));
    let call = tokio::spawn({
        let (db, first) = (db.clone(), first.clone());
        async move { wait_for(&db, &first).await }
    });
    while !waits_for(&database, &first).await {}
    call.abort();
    kill.reached().await;
    DB::run(&mut other, format!("DO RELEASE_LOCK('{first}')"))
        .await
        .expect("it has it");
    while waits_for(&database, &first).await {}

    let call = tokio::spawn({
        let (db, next) = (db.clone(), next.clone());
        async move { wait_for(&db, &next).await }
    });
    let early = tokio::time::timeout(Duration::from_millis(100), async {
        while !waits_for(&database, &next).await {}
    })
    .await;
    assert!(
        early.is_err(),
        "the next statement was sent before the interruption"
    );
    kill.release();
    while !waits_for(&database, &next).await {}
    DB::run(&mut other, format!("DO RELEASE_LOCK('{next}')"))
        .await
        .expect("it has it");
    assert!(
        call.await
            .expect("it does not panic")
            .expect("it was not cancelled")
    );
    assert_eq!(add(&db, 1, 0).await.expect("it has its turn"), 1001);
    sandbox
        .close()
        .await
        .expect("its transaction is still there");
}
