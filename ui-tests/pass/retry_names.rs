//! Arguments and functions that are named like parts of the expansion of `#[retry_on_error]`,
//! `macro_rules!`, and the crate under another path.
#![deny(warnings, clippy::pedantic, clippy::nursery)]

use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[retry_on_error]
#[transactional]
async fn like_ours(
    session: &mut Session<Sqlite>,
    run: i64,
    exit: i64,
    outcome: i64,
    retry: i64,
    leased: i64,
    failure: i64,
) -> Result<i64> {
    sqlx::query_scalar("SELECT ?")
        .bind(run + exit + outcome + retry + leased + failure)
        .fetch_one(session)
        .await
}

#[retry_on_error]
#[transactional(from = run)]
async fn like_ours_from(
    run: &Db<Sqlite>,
    retry: &mut Session<Sqlite>,
    session: String,
    mut outcome: String,
) -> Result<usize> {
    outcome.push_str(&session);
    sqlx::query("SELECT ?")
        .bind(&outcome)
        .execute(retry)
        .await?;
    Ok(outcome.len())
}

#[retry_on_error(when = look)]
async fn like_ours_alone(
    repeat: i64,
    after: i64,
    outcome: i64,
    sight: String,
    edge: i64,
    clone_for_attempt: i64,
) -> Result<i64> {
    drop(sight);
    Ok(repeat + after + outcome + edge + clone_for_attempt)
}

const fn look(_: &sqlx::Error) -> bool {
    false
}

#[retry_on_error]
async fn run(session: i64) -> Result<i64> {
    Ok(session)
}

#[retry_on_error]
#[transactional]
async fn outcome(exit: &mut Session<Sqlite>, session: i64) -> Result<i64> {
    let outcome = run(session).await?;
    sqlx::query_scalar("SELECT ?")
        .bind(outcome)
        .fetch_one(exit)
        .await
}

#[retry_on_error]
async fn r#type(r#match: i64, mut r#in: String) -> Result<i64> {
    r#in.clear();
    Ok(r#match + i64::from(r#in.is_empty()))
}

#[retry_on_error]
async fn generics<Session, Retry, Sight>(
    session: Session,
    retry: Retry,
    sight: Sight,
) -> Result<(Session, Retry, Sight)>
where
    Session: Clone + Send,
    Retry: Clone + Send,
    Sight: Clone + Send,
{
    Ok((session, retry, sight))
}

/// The caller passes each part.
macro_rules! whole {
    ($(#[$attribute:meta])* $name:ident, $argument:pat, $type:ty, $result:ty, $attempts:literal, $when:path, $body:block) => {
        $(#[$attribute])*
        #[retry_on_error(attempts = $attempts, when = $when)]
        #[transactional]
        async fn $name(_: &mut Session<Sqlite>, $argument: $type) -> $result $body
    };
}
whole! {
    /// Documented.
    whole, (one, mut other), (i64, i64), Result<i64>, 3, look, {
        other += 1;
        Ok(one + other)
    }
}

/// The macro's own names do not clash with the caller's.
macro_rules! hygienic {
    ($name:ident, $run:ident) => {
        #[retry_on_error]
        async fn $name($run: i64, run: i64) -> Result<i64> {
            Ok($run * 10 + run)
        }
    };
}
hygienic!(hygienic, run);

mod platform {
    pub(super) use sqlx_transactional as transactions;
}

#[retry_on_error(crate = platform::transactions)]
async fn renamed(mut name: String, _unused: String) -> Result<usize> {
    name.push('x');
    Ok(name.len())
}

#[retry_on_error(crate = self::platform::transactions, when = look)]
#[transactional]
async fn renamed_in_a_transaction(session: &mut Session<Sqlite>, name: String) -> Result<usize> {
    sqlx::query("SELECT 1").execute(session).await?;
    renamed(name, String::new()).await
}

#[platform::transactions::retry_on_error]
#[platform::transactions::transactional(crate = crate::retry_names::platform::transactions)]
async fn renamed_below(session: &mut Session<Sqlite>, name: String) -> Result<usize> {
    renamed_in_a_transaction(session, name).await
}

#[tokio::test]
async fn names() -> Result {
    let db = database().await;
    assert_eq!(sent(like_ours(&db, 1, 2, 3, 4, 5, 6)).await?, 21);
    assert_eq!(sent(like_ours_from(&db, "a".into(), "bc".into())).await?, 3);
    assert_eq!(
        sent(like_ours_alone(1, 2, 3, String::new(), 4, 5)).await?,
        15
    );
    assert_eq!(sent(outcome(&db, 3)).await?, 3);
    assert_eq!(sent(r#type(9, String::new())).await?, 10);
    assert_eq!(sent(generics(1, 2, "3")).await?, (1, 2, "3"));
    assert_eq!(sent(whole(&db, (1, 2))).await?, 4);
    assert_eq!(sent(hygienic(1, 2)).await?, 12);
    assert_eq!(sent(renamed_below(&db, "abc".into())).await?, 4);
    Ok(())
}
