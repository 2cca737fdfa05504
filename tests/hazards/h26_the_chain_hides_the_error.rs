//! H26: the database's error cannot be found in an error's source chain. Under thiserror's
//! `transparent` no link is the `sqlx::Error`. The link that is there is a `Box<dyn DatabaseError>`
//! and never the driver's own type, and asking that box for the wrong type panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;
use sqlx::{MySql, Postgres, Sqlite};
use sqlx_transactional::{Class, Constraint, Driver, Error, Session, transactional};
use tests::servers::{Server, TestDatabase};

use crate::accounts::options;
use crate::user_errors::{Boxed, Transparent, chain, holds};

on! { [postgres mysql sqlite]
    by_hand: is_not_in_the_chain;
    by_hand_downcast: panics;
    through_us: is_found;
}

const DUPLICATE: &str = "INSERT INTO accounts VALUES (1, 0)";

/// The error type of a driver, and that of another driver.
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
        .expect_err("the row exists")
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
        "the hazard: it is found only in its box"
    );
    let bare = duplicate::<DB>().await;
    assert_eq!(
        holds::<DB::Error>(&bare),
        (false, true),
        "the hazard: it is the source of the sqlx::Error"
    );
}

async fn panics<DB: Typed>() {
    let error = duplicate::<DB>().await.into_database_error().unwrap();
    assert!(error.try_downcast_ref::<DB::Error>().is_some());
    let asked = catch_unwind(AssertUnwindSafe(|| {
        error.downcast_ref::<DB::Other>().message().to_owned()
    }));
    assert!(asked.is_err(), "the hazard: asking for another type panics");
}

/// Fails with the error of a statement, converted to `E`.
#[transactional]
async fn fails<DB: Driver, E: From<sqlx::Error>>(session: &mut Session<DB>) -> Result<(), E> {
    sqlx::raw_sql(DUPLICATE).execute(session).await?;
    Ok(())
}

/// The class is found in every error type, and the driver's own type too.
async fn is_found<DB: Typed + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let unique = Class::Constraint(Constraint::Unique);
    assert_eq!(
        Class::of(
            &fails::<_, Transparent>(&pool)
                .await
                .expect_err("the row exists")
        ),
        unique
    );
    assert_eq!(
        Class::of(&*fails::<_, Boxed>(&pool).await.expect_err("the row exists")),
        unique
    );
    let error = fails::<_, sqlx::Error>(&pool)
        .await
        .expect_err("the row exists")
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
        .expect_err("the row exists");
    Ok(())
}

/// The crate's own failures do not cause that panic: as a `sqlx::Error` they are no database error.
/// The statement's error is in their chain, with the driver's type.
#[tokio::test]
async fn through_us_ours_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let error = swallows(&database.pool(options(1)))
        .await
        .expect_err("nothing was stored");
    assert!(error.as_database_error().is_none(), "{error:?}");
    let Some(Error::RolledBack {
        cause: Some(cause), ..
    }) = Error::find(&error)
    else {
        panic!("{error:?}")
    };
    let statement = std::error::Error::source(cause)
        .and_then(|source| source.downcast_ref::<sqlx::Error>())
        .expect("the statement's own error");
    let error = statement.as_database_error().expect("the cause");
    assert_eq!(
        error.downcast_ref::<PgDatabaseError>().table(),
        Some("accounts")
    );
}
