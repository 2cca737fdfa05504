//! H30, MariaDB: a statement of any kind that is dropped while it waits leaves the connection out
//! of step with the server. So does a stream that is dropped after the result of its last
//! statement. The next statement on the connection hangs, or gets the answer of another one.

use futures_util::TryStreamExt as _;
use sqlx::{Connection as _, Executor as _, MySql, MySqlConnection};
use sqlx_transactional::{Session, transactional};
use tests::checks::{PROMISED, all_is_well};
use tests::explorer::{Cut, When};
use tests::servers::TestDatabase;
use tokio::time::timeout;

use crate::accounts::{DEBIT, ROW, cents, options};

/// Rows that arrive slowly, in packets that are larger than what the server sends at a time.
const PREPARED: &str =
    "WITH RECURSIVE n(value) AS (SELECT ? UNION ALL SELECT value + 1 FROM n WHERE value < 40)
    SELECT REPEAT('x', 1500), SLEEP(0.005) FROM n";
const RAW: &str =
    "WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 40)
    SELECT REPEAT('x', 1500), SLEEP(0.005) FROM n";

const KINDS: [&str; 4] = ["prepared", "cached", "raw", "after a result"];

/// Drops a statement of this kind on a connection, or in a session, before it ends.
macro_rules! cut {
    ($kind:expr, $when:expr, $connection:expr) => {{
        let connection = $connection;
        // The first rows are there in the second poll.
        let cut = Cut::at(2, $when);
        match $kind {
            "prepared" => assert!(
                Cut::at(1, $when)
                    .apply(
                        sqlx::query(PREPARED)
                            .bind(0_i64)
                            .fetch_all(&mut *connection)
                    )
                    .await
                    .is_none()
            ),
            "cached" => {
                sqlx::query(PREPARED)
                    .bind(0_i64)
                    .fetch_all(&mut *connection)
                    .await
                    .unwrap();
                assert!(
                    cut.apply(
                        sqlx::query(PREPARED)
                            .bind(0_i64)
                            .fetch_all(&mut *connection)
                    )
                    .await
                    .is_none()
                );
            }
            "raw" => assert!(cut.apply(connection.fetch_all(RAW)).await.is_none()),
            _ => assert!(
                connection
                    .fetch_many("DO 1")
                    .try_next()
                    .await
                    .unwrap()
                    .is_some_and(|step| step.is_left())
            ),
        }
    }};
}

/// Whether the connection answers a query, and keeps doing so.
async fn in_step(connection: &mut MySqlConnection) -> bool {
    for expected in 7..12_i64 {
        let asked = sqlx::query_scalar::<_, i64>("SELECT CAST(? AS SIGNED)")
            .bind(expected)
            .fetch_one(&mut *connection);
        if !matches!(timeout(PROMISED / 2, asked).await, Ok(Ok(answer)) if answer == expected) {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn by_hand() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    for kind in KINDS {
        let mut lost = 0;
        for when in When::ALL.repeat(3) {
            let mut connection = database.connect().await;
            cut!(kind, when, &mut connection);
            lost += usize::from(!in_step(&mut connection).await);
        }
        println!("{kind}: {lost} of 6 out of step");
        assert!(lost > 0, "the hazard: {kind}");
    }
}

/// The exception: if a stream is dropped after a row, the remaining rows are skipped.
#[tokio::test]
async fn by_hand_not_after_a_row() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let mut connection = database.connect().await;
    assert!(
        connection
            .fetch("SELECT id FROM accounts; SELECT 1; SELECT 2")
            .try_next()
            .await
            .unwrap()
            .is_some()
    );
    assert!(in_step(&mut connection).await);
    connection.close().await.unwrap();
}

#[transactional]
async fn goes_on(
    session: &mut Session<MySql>,
    kind: &'static str,
    when: When,
) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    cut!(kind, when, &mut *session);
    session.execute(DEBIT).await?;
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    for kind in KINDS {
        for when in When::ALL {
            let error = goes_on(&pool, kind, when)
                .await
                .expect_err("no statement is sent any more");
            assert!(
                error.to_string().contains("cancelled half-way"),
                "{kind}: {error}"
            );
            all_is_well(&database, &pool, ROW).await;
        }
    }
    assert_eq!(cents(&database).await, 1000);
}
