//! H20, MariaDB: a query that is cancelled while it is prepared or run leaves its connection out of
//! step with the server. When the pool takes the connection back, its ping waits for an answer that
//! never comes, and the pool loses the permit.

use std::time::Duration;

use sqlx::MySql;
use sqlx_transactional::{Session, transactional};
use tests::checks::all_is_well;
use tests::explorer::{Cut, When};
use tests::servers::TestDatabase;

use crate::accounts::{ROW, options};

/// Rows that arrive slowly, in packets that are larger than what the server sends at a time.
const PREPARED: &str =
    "WITH RECURSIVE n(value) AS (SELECT ? UNION ALL SELECT value + 1 FROM n WHERE value < 40)
    SELECT REPEAT('x', 1500), SLEEP(0.002) FROM n";
/// The first poll prepares the query, the others run it. The last rows arrive later.
const POLLS: std::ops::RangeInclusive<usize> = 1..=3;

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let mut lost = 0;
    for polls in POLLS {
        for when in When::ALL {
            let pool = database.pool(options(1).acquire_timeout(Duration::from_millis(500)));
            drop(pool.acquire().await.unwrap());
            while pool.num_idle() == 0 {
                tokio::task::yield_now().await;
            }
            let cut = Cut::at(polls, when)
                .apply(sqlx::query(PREPARED).bind(0_i64).fetch_all(&pool))
                .await;
            // On a busy machine all rows may arrive at once.
            if cut.is_some() {
                continue;
            }
            lost += usize::from(matches!(
                pool.acquire().await,
                Err(sqlx::Error::PoolTimedOut)
            ));
        }
    }
    println!("{lost} of 6 permits lost");
    assert!(
        lost > 0,
        "the hazard: the connection is not in use and cannot be acquired"
    );
}

#[transactional]
async fn cuts(session: &mut Session<MySql>, cut: Cut) -> Result<(), sqlx::Error> {
    // Ten times as many rows.
    let read = cut
        .apply(
            sqlx::query(PREPARED)
                .bind(-360_i64)
                .fetch_all(&mut *session),
        )
        .await;
    assert!(read.is_none());
    sqlx::query(PREPARED).bind(0_i64).fetch_all(session).await?;
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    for polls in POLLS {
        for when in When::ALL {
            let error = cuts(&pool, Cut::at(polls, when))
                .await
                .expect_err("no statement is sent any more");
            assert!(error.to_string().contains("cancelled half-way"), "{error}");
            all_is_well(&database, &pool, ROW).await;
        }
    }
}
