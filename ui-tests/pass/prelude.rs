//! The names of the prelude and of the crate mean something else in the module of the function.
#![deny(warnings)]
#![expect(dead_code, reason = "they are there to be in the way")]

type Result = ();
type Option = ();
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct String;
struct ReadWrite;
trait Source {}
trait Begin {}
trait Send {}
trait From {}
trait Into {}
trait Future {}
trait Outcome {}
mod core {}
mod std {}

#[sqlx_transactional::transactional]
async fn shadowed(
    session: &mut sqlx_transactional::Session<sqlx::Sqlite>,
) -> ::std::result::Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[sqlx_transactional::transactional(from = db, timeout = "2s")]
async fn shadowed_from(
    db: &sqlx_transactional::Db<sqlx::Sqlite>,
    session: &mut sqlx_transactional::Session<sqlx::Sqlite>,
) -> ::std::result::Result<i64, sqlx::Error> {
    shadowed(session).await
}

#[sqlx_transactional::retry_on_error]
#[sqlx_transactional::transactional]
async fn shadowed_retry(
    session: &mut sqlx_transactional::Session<sqlx::Sqlite>,
    mut id: i64,
) -> ::std::result::Result<i64, sqlx::Error> {
    id += 1;
    sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await
}

#[sqlx_transactional::retry_on_error]
async fn shadowed_retry_alone(id: i64) -> ::std::result::Result<i64, sqlx::Error> {
    ::std::result::Result::Ok(id)
}

#[tokio::test]
async fn shadowed_prelude() {
    let db = crate::database().await;
    assert_eq!(crate::sent(shadowed(&db)).await.expect("it runs"), 1);
    assert_eq!(crate::sent(shadowed_from(&db)).await.expect("it runs"), 1);
    assert_eq!(
        crate::sent(shadowed_retry(&db, 1)).await.expect("it runs"),
        2
    );
    assert_eq!(
        crate::sent(shadowed_retry_alone(1)).await.expect("it runs"),
        1
    );
    crate::no_prelude::check(db.clone()).await;
    crate::shadowed::check(db).await;
}
