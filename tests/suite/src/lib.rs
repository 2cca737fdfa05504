//! Users and their posts, on any database.
use sqlx::{AssertSqlSafe, raw_sql};
use sqlx_transactional::{Driver, ReadOnly, Serializable, Session, retry_on_error, transactional};

/// Adds a user with a name that is not taken.
#[retry_on_error]
#[transactional]
pub async fn sign_up<DB: Driver>(session: &mut Session<DB>, name: &str) -> Result<(), sqlx::Error> {
    raw_sql(AssertSqlSafe(format!(
        "INSERT INTO users (name) VALUES ('{name}')"
    )))
    .execute(session)
    .await
    .map(drop)
}

/// Adds a post of a user.
#[transactional]
pub async fn post<DB: Driver>(
    session: &mut Session<DB>,
    author: &str,
    text: &str,
) -> Result<(), sqlx::Error> {
    raw_sql(AssertSqlSafe(format!(
        "INSERT INTO posts (author, text) VALUES ('{author}', '{text}')"
    )))
    .execute(session)
    .await
    .map(drop)
}

/// How many users there are.
#[transactional]
pub async fn users<DB: Driver>(session: &mut Session<DB, ReadOnly>) -> Result<usize, sqlx::Error> {
    Ok(raw_sql("SELECT name FROM users")
        .fetch_all(session)
        .await?
        .len())
}

/// How many posts there are.
#[transactional]
pub async fn posts<DB: Driver>(session: &mut Session<DB, ReadOnly>) -> Result<usize, sqlx::Error> {
    Ok(raw_sql("SELECT text FROM posts")
        .fetch_all(session)
        .await?
        .len())
}

/// Adds a user if there is none yet.
#[transactional]
pub async fn found<DB: Driver>(
    session: &mut Session<DB, Serializable>,
    name: &str,
) -> Result<bool, sqlx::Error> {
    let nobody = raw_sql("SELECT name FROM users")
        .fetch_all(&mut *session)
        .await?
        .is_empty();
    if nobody {
        sign_up(session, name).await?;
    }
    Ok(nobody)
}
