//! Conflicts and unanswered COMMITs, by the error codes and the ledger of the database.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use sqlx::{Any, MySql, Postgres, pool::PoolOptions};
use sqlx_transactional::{MYSQL_LEDGER, Session, retry_on_error, transactional};
use tests::{
    proxy::{Fault, Point, Proxied, Proxy, Way},
    servers::TestDatabase,
};

use super::{add, all_is_well};
use crate::bank::{BankError, balances};

#[retry_on_error(attempts = 4, min_delay = "1ms", max_delay = "2ms", exactly_once)]
#[transactional(lock_timeout = "2s")]
async fn pays(
    session: &mut Session<Any>,
    conflict: &'static str,
    attempts: &AtomicU32,
) -> Result<u32, BankError> {
    attempts.fetch_add(1, SeqCst);
    add(&mut *session, 1, 1).await?;
    if session.attempt() < 3 {
        sqlx::raw_sql(conflict).execute(&mut *session).await?;
    }
    Ok(session.attempt())
}

async fn are_made<DB: Proxied>(conflict: &'static str) {
    sqlx::any::install_default_drivers();
    let database = TestDatabase::<DB>::with_accounts().await;
    if DB::NAME == "MySQL" {
        database.run(MYSQL_LEDGER).await;
    }
    let proxy = Proxy::of(&database);
    let url = database.url().replace(
        &database.address().to_string(),
        &proxy.address().to_string(),
    );
    let pool = PoolOptions::<Any>::new()
        .max_connections(2)
        .test_before_acquire(false)
        .connect_lazy(&url)
        .expect("a URL");
    for (way, expected) in [(Way::ToClient, 3), (Way::ToServer, 4)] {
        let attempts = AtomicU32::new(0);
        let before = balances(&database).await.0;
        let cut = proxy.inject(way, Point::Commit, Fault::Cut);
        assert_eq!(
            pays(&pool, conflict, &attempts)
                .await
                .expect("the outcome is looked up"),
            expected,
            "{way:?}"
        );
        assert!(cut.is_reached());
        assert_eq!(
            (attempts.into_inner(), balances(&database).await.0),
            (expected, before + 1),
            "{way:?}"
        );
    }
    all_is_well(&database, &pool).await;
}

#[tokio::test]
async fn on_postgres() {
    are_made::<Postgres>(
        "DO $$ BEGIN RAISE EXCEPTION 'as a test must' USING ERRCODE = '40001'; END $$",
    )
    .await;
}

#[tokio::test]
async fn on_mysql() {
    are_made::<MySql>("SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1213").await;
}
