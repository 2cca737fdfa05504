//! Arguments and functions that are named like parts of the expansion, and raw identifiers.
#![deny(warnings)]

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[transactional]
async fn like_ours(
    session: &mut Session<Sqlite>,
    run: i64,
    exit: i64,
    outcome: i64,
    edge: i64,
    leased: i64,
    failure: i64,
) -> Result<i64> {
    sqlx::query_scalar("SELECT ?")
        .bind(run + exit + outcome + edge + leased + failure)
        .fetch_one(session)
        .await
}

#[transactional(timeout = "2s", from = run)]
async fn like_ours_with_options(
    run: &Db<Sqlite>,
    session: &mut Session<Sqlite>,
    exit: &str,
    deadline: i64,
) -> Result<i64> {
    assert_eq!(exit, "exit");
    sqlx::query_scalar("SELECT ?")
        .bind(deadline)
        .fetch_one(session)
        .await
}

#[transactional]
async fn run(outcome: &mut Session<Sqlite>, session: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT ?")
        .bind(session)
        .fetch_one(outcome)
        .await
}

#[transactional]
async fn exit(run: &mut Session<Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(run).await
}

#[transactional]
async fn settle(exit: &mut Session<Sqlite>) -> Result<i64> {
    let outcome = lease(&mut *exit).await?;
    Ok(outcome + run(exit, 1).await?)
}

#[transactional]
async fn lease(edge: &mut Session<Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(edge).await
}

#[transactional]
async fn r#type(r#fn: &mut Session<Sqlite>, r#match: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT ?")
        .bind(r#match)
        .fetch_one(r#fn)
        .await
}

/// Generics that are named like the traits and types of the expansion.
#[transactional]
async fn generics<DB, M, Source, Origin>(
    session: &mut Session<Sqlite>,
    db: DB,
    m: M,
    source: Source,
    origin: Origin,
) -> Result<(DB, M, Source, Origin)>
where
    DB: Send,
    M: Send,
    Source: Send,
    Origin: Send,
{
    sqlx::query("SELECT 1").execute(session).await?;
    Ok((db, m, source, origin))
}

/// The body defines items that are named like parts of the expansion.
#[transactional]
async fn items(session: &mut Session<Sqlite>) -> Result<i64> {
    #[derive(Debug)]
    struct Run(i64);
    enum Option {
        None,
    }
    const SQL: &str = "SELECT 1";
    const fn origin(run: &Run) -> i64 {
        run.0
    }
    let Option::None = Option::None;
    let run = Run(sqlx::query_scalar(SQL).fetch_one(session).await?);
    Ok(origin(&run))
}

#[tokio::test]
async fn names() -> Result {
    let db = database().await;
    assert_eq!(sent(like_ours(&db, 1, 2, 3, 4, 5, 6)).await?, 21);
    assert_eq!(sent(like_ours_with_options(&db, "exit", 3)).await?, 3);
    assert_eq!(sent(settle(&db)).await?, 2);
    assert_eq!(sent(exit(&db)).await?, 1);
    assert_eq!(sent(r#type(&db, 9)).await?, 9);
    assert_eq!(sent(generics(&db, 1, 2, 3, 4)).await?, (1, 2, 3, 4));
    assert_eq!(sent(items(&db)).await?, 1);
    Ok(())
}
