//! Return types and errors, and the control flow of the body.
#![deny(warnings)]

use std::{error::Error as StdError, fmt};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

use crate::{database, sent};

type Answer<T> = Result<T, BankError>;

#[derive(Debug)]
enum BankError {
    Overdrawn { missing: i64 },
    Database(sqlx::Error),
}

impl From<sqlx::Error> for BankError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Also converts the crate's own errors.
#[derive(Debug)]
enum Typed {
    Ours(sqlx_transactional::Error),
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Typed {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<sqlx_transactional::Error> for Typed {
    fn from(error: sqlx_transactional::Error) -> Self {
        Self::Ours(error)
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
        }
    }
}

#[transactional]
async fn alias(session: &mut Session<Sqlite>, cents: i64) -> Answer<i64> {
    let balance: i64 = sqlx::query_scalar("SELECT cents FROM account WHERE id = 1")
        .fetch_one(session)
        .await?;
    if balance < cents {
        return Err(BankError::Overdrawn {
            missing: cents - balance,
        });
    }
    Ok(balance)
}

#[transactional]
async fn typed(session: &mut Session<Sqlite>) -> Result<(), Typed> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn any_error(
    session: &mut Session<Sqlite>,
    number: &str,
) -> Result<i64, Box<dyn StdError + Send + Sync>> {
    let number: i64 = number.parse()?;
    Ok(sqlx::query_scalar("SELECT ?")
        .bind(number)
        .fetch_one(session)
        .await?)
}

#[transactional]
async fn generic_error<E>(session: &mut Session<Sqlite>) -> Result<(), E>
where
    E: From<sqlx::Error> + Send,
{
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn borrowed<'n>(
    session: &mut Session<Sqlite>,
    names: &'n [String],
) -> Result<Option<&'n str>, sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(names.first().map(String::as_str))
}

#[transactional]
async fn impl_trait(
    session: &mut Session<Sqlite>,
) -> Result<impl Iterator<Item = i64> + fmt::Debug, sqlx::Error> {
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM account ORDER BY id")
        .fetch_all(session)
        .await?;
    Ok(ids.into_iter())
}

#[transactional]
async fn one_line(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[transactional]
async fn never_ok(session: &mut Session<Sqlite>) -> Result<std::convert::Infallible, BankError> {
    sqlx::query("SELECT 1").execute(session).await?;
    Err(BankError::Overdrawn { missing: 1 })
}

#[transactional]
async fn panics(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    panic!("on purpose")
}

/// `return` in closures and labelled loops, and an async block.
#[transactional]
async fn control_flow(session: &mut Session<Sqlite>, ids: Vec<i64>) -> Result<i64, sqlx::Error> {
    let half = |number: i64| {
        if number % 2 == 0 {
            return number / 2;
        }
        number
    };
    let inner: Result<i64, sqlx::Error> = async {
        sqlx::query_scalar("SELECT 10")
            .fetch_one(&mut *session)
            .await
    }
    .await;
    let ten = inner?;
    'ids: for id in ids {
        let Some(cents) = sqlx::query_scalar::<_, i64>("SELECT cents FROM account WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *session)
            .await?
        else {
            continue 'ids;
        };
        if cents > 0 {
            return Ok(half(cents) + ten);
        }
    }
    Ok(0)
}

#[tokio::test]
async fn results() -> Result<(), Box<dyn StdError + Send + Sync>> {
    let db = database().await;
    assert_eq!(sent(alias(&db, 1)).await.ok(), Some(100));
    assert!(matches!(
        sent(alias(&db, 101)).await,
        Err(BankError::Overdrawn { missing: 1 })
    ));
    sent(typed(&db)).await.map_err(|error| error.to_string())?;
    assert_eq!(sent(any_error(&db, "12")).await?, 12);
    assert!(sent(any_error(&db, "twelve")).await.is_err());
    sent(generic_error::<sqlx::Error>(&db)).await?;
    assert_eq!(sent(borrowed(&db, &[String::from("x")])).await?, Some("x"));
    assert_eq!(sent(impl_trait(&db)).await?.sum::<i64>(), 3);
    assert_eq!(sent(one_line(&db)).await?, 1);
    assert!(matches!(
        sent(never_ok(&db)).await,
        Err(BankError::Overdrawn { .. })
    ));
    assert!(
        tokio::spawn({
            let db = db.clone();
            async move { panics(&db).await }
        })
        .await
        .is_err()
    );
    assert_eq!(sent(control_flow(&db, vec![9, 2, 1])).await?, 60);
    match sent(alias(db.pool(), 1)).await {
        Err(BankError::Database(error)) => Err(error.into()),
        _ => Ok(()),
    }
}
