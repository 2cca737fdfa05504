//! Every option, alone and combined.
#![deny(warnings)]

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Db, ReadOnly, Serializable, Session, transactional};

use crate::{database, sent};

type Result<T = (), E = LoginError> = std::result::Result<T, E>;

#[derive(Debug)]
enum LoginError {
    WrongPassword { tries: i64 },
    Locked,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for LoginError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

#[transactional()]
async fn none(session: &mut Session<Sqlite>) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT 1").fetch_one(session).await?)
}

#[transactional(nested)]
async fn nested(session: &mut Session<Sqlite>) -> Result<i64> {
    none(session).await
}

#[transactional(name = "a name with spaces", timeout = "250ms")]
async fn named(session: &mut Session<Sqlite>) -> Result<i64> {
    nested(&mut *session).await?;
    nested(session).await
}

#[transactional(timeout = "1min", nested)]
async fn nested_with_timeout(session: &mut Session<Sqlite>) -> Result<i64> {
    none(session).await
}

#[transactional(lock_timeout = "1s")]
async fn lock_timeout(session: &mut Session<Sqlite>) -> Result<i64> {
    nested_with_timeout(session).await
}

#[transactional(commit_on(LoginError::WrongPassword { .. } | LoginError::Locked))]
async fn commit_on(session: &mut Session<Sqlite>, tries: i64) -> Result {
    none(session).await?;
    Err(if tries > 2 {
        LoginError::Locked
    } else {
        LoginError::WrongPassword { tries }
    })
}

/// Never run, because there is no server here.
#[expect(dead_code, reason = "that it compiles is all")]
fn of_postgres_is_sent(db: &Db<Postgres>) -> impl Future<Output = Result<i64>> + Send {
    of_postgres(db)
}

#[transactional(deferrable, durability = relaxed, lock_timeout = "1s", from = db)]
async fn of_postgres(
    db: &Db<Postgres>,
    session: &mut Session<Postgres, ReadOnly<Serializable>>,
) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT 1").fetch_one(session).await?)
}

#[tokio::test]
async fn options() -> Result {
    let db = database().await;
    assert_eq!(sent(none(&db)).await?, 1);
    assert_eq!(sent(nested(&db)).await?, 1);
    assert_eq!(sent(named(&db)).await?, 1);
    assert_eq!(sent(nested_with_timeout(&db)).await?, 1);
    assert_eq!(sent(lock_timeout(&db)).await?, 1);
    assert!(matches!(
        sent(commit_on(&db, 1)).await,
        Err(LoginError::WrongPassword { tries: 1 })
    ));
    assert!(matches!(
        sent(commit_on(&db, 3)).await,
        Err(LoginError::Locked)
    ));
    match sent(none(&db)).await {
        Err(LoginError::Database(error)) => panic!("{error}"),
        _ => Ok(()),
    }
}
