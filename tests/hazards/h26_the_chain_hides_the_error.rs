//! H26: whoever looks for the database's error in an error's chain does not find it. Under
//! thiserror's `transparent` the `sqlx::Error` is in no chain; what is in it is a
//! `Box<dyn DatabaseError>`, never the driver's own type; and to ask that for the wrong type is a
//! panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;
use sqlx::{MySql, Postgres, Sqlite};
use sqlx_transactional::{Class, Constraint, Driver, Session, transactional};
use tests::servers::{Server, TestDatabase};

use crate::accounts::options;
use crate::user_errors::{Boxed, Transparent, chain, holds};

on! { [postgres mysql sqlite]
    by_hand: is_not_in_the_chain;
    by_hand_downcast: panics;
    through_us: is_found;
}

const DUPLICATE: &str = "INSERT INTO accounts VALUES (1, 0)";

/// The error type of a driver, and that of another one.
trait Typed: Server {
    type Error: DatabaseError;
    type Other: DatabaseError;
}

impl Typed for Postgres {
    type Error = PgDatabaseError;
    type Other = MySqlDatabaseError;
}

impl Typed for MySql {
    type Error = MySqlDatabaseError;
    type Other = PgDatabaseError;
}

impl Typed for Sqlite {
    type Error = SqliteError;
    type Other = PgDatabaseError;
}

async fn duplicate<DB: Server>() -> sqlx::Error {
    let database = TestDatabase::<DB>::with_accounts().await;
    DB::run(&mut database.connect().await, DUPLICATE.into())
        .await
        .expect_err("there is one")
}

async fn is_not_in_the_chain<DB: Typed>() {
    let error = Transparent::from(duplicate::<DB>().await);
    assert!(
        !chain(&error).any(<dyn std::error::Error>::is::<sqlx::Error>),
        "the hazard: {error:?}"
    );
    assert_eq!(
        holds::<DB::Error>(&error),
        (false, true),
        "the hazard: boxed, and only so"
    );
    let bare = duplicate::<DB>().await;
    assert_eq!(
        holds::<DB::Error>(&bare),
        (false, true),
        "the hazard: of the sqlx::Error itself"
    );
}

async fn panics<DB: Typed>() {
    let error = duplicate::<DB>().await.into_database_error().unwrap();
    assert!(error.try_downcast_ref::<DB::Error>().is_some());
    let asked = catch_unwind(AssertUnwindSafe(|| {
        error.downcast_ref::<DB::Other>().message().to_owned()
    }));
    assert!(asked.is_err(), "the hazard: a question is a panic");
}

/// Fails with the error of a statement, as `E`.
#[transactional]
async fn fails<DB: Driver, E: From<sqlx::Error>>(session: &mut Session<DB>) -> Result<(), E> {
    sqlx::raw_sql(DUPLICATE).execute(session).await?;
    Ok(())
}

/// The class is found wherever the error went, and it is still the driver's.
async fn is_found<DB: Typed + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let unique = Class::Constraint(Constraint::Unique);
    assert_eq!(
        Class::of(
            &fails::<_, Transparent>(&pool)
                .await
                .expect_err("there is one")
        ),
        unique
    );
    assert_eq!(
        Class::of(&*fails::<_, Boxed>(&pool).await.expect_err("there is one")),
        unique
    );
    let error = fails::<_, sqlx::Error>(&pool)
        .await
        .expect_err("there is one")
        .into_database_error()
        .expect("it is the database's");
    assert!(
        !error.downcast_ref::<DB::Error>().message().is_empty(),
        "as with sqlx"
    );
    assert!(error.try_downcast_ref::<DB::Other>().is_none());
}

#[transactional]
async fn swallows(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DUPLICATE)
        .execute(session)
        .await
        .map(drop)
        .expect_err("there is one");
    Ok(())
}

/// Nor does a failure of ours surprise code that asks without trying: as a `sqlx::Error` it is the
/// driver's, or not the database's at all.
#[tokio::test]
async fn through_us_ours_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let error = swallows(&database.pool(options(1)))
        .await
        .expect_err("nothing was stored");
    let error = error.as_database_error().expect("the cause");
    assert_eq!(
        error.downcast_ref::<PgDatabaseError>().table(),
        Some("accounts")
    );
}
