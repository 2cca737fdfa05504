//! H22: a nested `begin` that is refused, fails or is cancelled rolls back the outer transaction.
//! The statements that follow run in autocommit mode, and `commit()` returns `Ok`: half of a
//! transfer is stored.

use sqlx::{Connection as _, Postgres};
use sqlx_transactional::{Driver, Session, transactional};
use tests::checks::all_is_well;
use tests::explorer::{Cut, When, every_poll};
use tests::servers::{Server, TestDatabase};

use crate::accounts::{DEBIT, ROW, cents, code, options, text_of_ours};

/// The other half of [`DEBIT`].
const CREDIT: &str = "UPDATE accounts SET cents = cents + 100 WHERE id = 2";
const FAILS: &str = "SELECT 1 / 0";
/// 2000 in every outcome, unless money is lost or created.
const TOTAL: &str =
    "SELECT (SELECT cents FROM accounts WHERE id = 1) + (SELECT cents FROM accounts WHERE id = 2)";

async fn total<DB: Server>(database: &TestDatabase<DB>) -> i64 {
    database.integer(TOTAL).await
}

/// Runs half a transfer, a nested `begin` that `goes_wrong`, the other half, and COMMIT.
async fn transfer<DB: Server>(goes_wrong: impl AsyncFnOnce(&mut DB::Connection)) {
    let database = TestDatabase::<DB>::with_accounts().await;
    let mut transaction = database.pool(options(1)).begin().await.unwrap();
    DB::run(&mut transaction, DEBIT.into()).await.unwrap();
    goes_wrong(&mut transaction).await;
    DB::run(&mut transaction, CREDIT.into())
        .await
        .expect("the hazard: the statement is Ok");
    transaction
        .commit()
        .await
        .expect("the hazard: COMMIT is Ok");
    assert_eq!(
        (cents(&database).await, total(&database).await),
        (1000, 2100),
        "the hazard: {} stored one half",
        DB::NAME
    );
}

on! { [postgres mysql sqlite]
    by_hand_refused: ends_if_refused;
    through_us_refused: goes_on_if_refused;
    through_us_cancelled: all_or_nothing;
}
// Not on MariaDB: there the connection is also out of step.
on! { [postgres sqlite]
    by_hand_cancelled: ends_if_cancelled;
}

async fn ends_if_refused<DB: Server>() {
    transfer::<DB>(async |connection| {
        let error = connection
            .begin_with("BEGIN")
            .await
            .expect_err("`begin_with` is refused within a transaction");
        assert!(
            matches!(error, sqlx::Error::InvalidSavePointStatement),
            "{error:?}"
        );
    })
    .await;
}

async fn ends_if_cancelled<DB: Server>() {
    for when in When::ALL {
        transfer::<DB>(async |connection| {
            // SQLite may have answered before the first poll ends. In that case the test tries once
            // more.
            while let Some(begun) = Cut::at(1, when).apply(connection.begin()).await {
                begun.unwrap().commit().await.unwrap();
            }
        })
        .await;
    }
}

/// Only PostgreSQL refuses a savepoint after an error.
#[tokio::test]
async fn by_hand_failed_on_postgres() {
    transfer::<Postgres>(async |connection| {
        assert_eq!(
            code(
                &Postgres::run(connection, FAILS.into())
                    .await
                    .expect_err("the statement fails")
            ),
            "22012"
        );
        let error = connection
            .begin()
            .await
            .expect_err("the transaction is aborted");
        assert_eq!(code(&error), "25P02");
    })
    .await;
}

#[transactional]
async fn refused<DB: Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(&mut *session).await?;
    let error = sqlx::raw_sql("BEGIN")
        .execute(&mut *session)
        .await
        .map(drop)
        .expect_err("the statement is not sent");
    assert!(
        text_of_ours(&error).starts_with("`BEGIN` was not sent"),
        "{error}"
    );
    sqlx::raw_sql(CREDIT).execute(session).await?;
    Ok(())
}

async fn goes_on_if_refused<DB: Server + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    refused(&database.pool(options(1)))
        .await
        .expect("the transaction goes on");
    assert_eq!(
        (cents(&database).await, total(&database).await),
        (900, 2000)
    );
}

/// Changes nothing, and takes some time.
#[transactional(nested)]
async fn nested<DB: Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("UPDATE accounts SET cents = cents + 1 WHERE id = 1")
        .execute(&mut *session)
        .await?;
    sqlx::raw_sql("UPDATE accounts SET cents = cents - 1 WHERE id = 1")
        .execute(session)
        .await?;
    Ok(())
}

#[transactional]
async fn cancelled<DB: Driver>(session: &mut Session<DB>, cut: Cut) -> Result<bool, sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(&mut *session).await?;
    let finished = cut.apply(nested(&mut *session)).await.is_some();
    sqlx::raw_sql(CREDIT).execute(session).await?;
    Ok(finished)
}

/// All of the transfer is stored. On MariaDB, where the connection is lost, nothing is.
async fn all_or_nothing<DB: Server + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    every_poll(async |cut| {
        let before = cents(&database).await;
        let outcome = cancelled(&pool, cut).await;
        all_is_well(&database, &pool, ROW).await;
        assert_eq!(total(&database).await, 2000, "{outcome:?}");
        assert_eq!(
            cents(&database).await,
            before - if outcome.is_ok() { 100 } else { 0 }
        );
        match outcome {
            Ok(finished) => finished,
            Err(error) if DB::NAME == "MySQL" => {
                assert!(error.to_string().contains("cancelled half-way"), "{error}");
                false
            }
            Err(error) => panic!("only the nested call was cancelled: {error:?}"),
        }
    })
    .await;
}

#[transactional]
async fn failed(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(&mut *session).await?;
    assert_eq!(
        code(
            &sqlx::raw_sql(FAILS)
                .execute(&mut *session)
                .await
                .expect_err("the statement fails")
        ),
        "22012"
    );
    assert_eq!(
        code(
            &nested(&mut *session)
                .await
                .expect_err("the call does not run")
        ),
        "22012"
    );
    assert_eq!(
        code(
            &sqlx::raw_sql(CREDIT)
                .execute(session)
                .await
                .expect_err("the statement is not sent")
        ),
        "22012"
    );
    Ok(())
}

#[tokio::test]
async fn through_us_failed_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    assert_eq!(
        code(&failed(&pool).await.expect_err("nothing was stored")),
        "22012"
    );
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(
        (cents(&database).await, total(&database).await),
        (1000, 2000)
    );
}
