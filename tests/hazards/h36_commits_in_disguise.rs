//! H36: the second statement of a text commits, even if it is hidden, and on MariaDB a comment can
//! contain a statement that commits. Then `rollback()` returns `Ok`, or, on SQLite, an error that
//! there is nothing to roll back.

use sqlx::{MySql, Postgres, Sqlite};
use sqlx_transactional::{Driver, Error, Session, transactional};
use tests::checks::all_is_well;
use tests::servers::{Server, TestDatabase};

use crate::accounts::{DEBIT, ROW, cents, code, options, text_of_ours};

on! { [postgres mysql sqlite]
    by_hand: commits;
    through_us: is_refused;
}

/// Texts that commit, each with the name of the statement in the crate's error.
trait Disguises: Server {
    const DISGUISES: &'static [(&'static str, &'static str)];
}

impl Disguises for Postgres {
    const DISGUISES: &'static [(&'static str, &'static str)] = &[
        ("SELECT 1; COMMIT", "COMMIT"),
        ("UPDATE accounts SET cents = 7 WHERE id = 2; END", "END"),
        (
            "SELECT $$;$$, ';' -- ; no\n/* nor /* this */ ; */; cOmMiT",
            "COMMIT",
        ),
    ];
}

impl Disguises for MySql {
    const DISGUISES: &'static [(&'static str, &'static str)] = &[
        ("/*!50000 COMMIT */", "/*! .. */"),
        ("/*M! COMMIT */", "/*! .. */"),
        ("SELECT 1; COMMIT", "COMMIT"),
        (
            "SELECT ';' -- ; no\n; # nor this ;\n /* ; */ cOmMiT",
            "COMMIT",
        ),
    ];
}

impl Disguises for Sqlite {
    const DISGUISES: &'static [(&'static str, &'static str)] = &[
        ("SELECT 1; COMMIT", "COMMIT"),
        ("UPDATE accounts SET cents = 7 WHERE id = 2; END", "END"),
        (
            "SELECT ';', \"id\", [id] FROM accounts -- ; no\n/* nor this ; */; cOmMiT",
            "COMMIT",
        ),
    ];
}

async fn commits<DB: Disguises>() {
    for (disguise, _) in DB::DISGUISES {
        let database = TestDatabase::<DB>::with_accounts().await;
        let mut transaction = database.pool(options(1)).begin().await.unwrap();
        DB::run(&mut transaction, DEBIT.into()).await.unwrap();
        DB::run(&mut transaction, (*disguise).into()).await.unwrap();
        match transaction.rollback().await {
            Ok(()) => {}
            Err(error) => assert_eq!(
                (DB::NAME, code(&error).as_str()),
                ("SQLite", "1"),
                "{error}"
            ),
        }
        assert_eq!(cents(&database).await, 900, "the hazard: {disguise}");
    }
}

#[transactional]
async fn disguised<DB: Driver>(
    session: &mut Session<DB>,
    disguise: &'static str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    sqlx::raw_sql(DEBIT).execute(&mut *session).await?;
    sqlx::raw_sql(disguise).execute(session).await?;
    Ok(())
}

async fn is_refused<DB: Disguises + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    for (disguise, named) in DB::DISGUISES {
        let error = disguised(&pool, disguise).await.expect_err(disguise);
        assert!(
            text_of_ours(&*error).starts_with(&format!("`{named}` was not sent")),
            "{disguise}: {error}"
        );
        assert!(
            Error::find(&*error)
                .is_none_or(|error| matches!(error, Error::TransactionControl { .. }))
        );
        all_is_well(&database, &pool, ROW).await;
        assert_eq!(cents(&database).await, 1000, "{disguise}");
    }
}
