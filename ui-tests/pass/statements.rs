//! Every kind of statement runs on `&mut *session`.
#![deny(warnings)]

use futures_util::TryStreamExt as _;
use sqlx::{
    Either, Executor as _, FromRow, QueryBuilder, Row as _, SqlSafeStr as _, Sqlite,
    Statement as _, sqlite::SqliteRow,
};
use sqlx_transactional::{Session, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[derive(Debug, FromRow)]
struct Account {
    id: i64,
    owner: String,
    cents: i64,
}

#[transactional]
async fn queries(session: &mut Session<Sqlite>) -> Result<i64> {
    let one = sqlx::query("SELECT 1")
        .fetch_one(&mut *session)
        .await?
        .get::<i64, _>(0);
    let none = sqlx::query("SELECT 1 WHERE false")
        .fetch_optional(&mut *session)
        .await?;
    let all = sqlx::query("SELECT id FROM account")
        .fetch_all(&mut *session)
        .await?;
    let changed = sqlx::query("UPDATE account SET cents = cents")
        .execute(&mut *session)
        .await?
        .rows_affected();
    assert!(none.is_none());
    assert_eq!((all.len(), changed), (2, 2));

    let ann: Account = sqlx::query_as("SELECT * FROM account WHERE id = ?")
        .bind(one)
        .fetch_one(&mut *session)
        .await?;
    assert_eq!((ann.id, ann.owner.as_str()), (1, "ann"));
    let (id, cents): (i64, i64) = sqlx::query_as("SELECT id, cents FROM account")
        .fetch_one(&mut *session)
        .await?;
    let owners: Vec<String> = sqlx::query_scalar("SELECT owner FROM account")
        .fetch_all(&mut *session)
        .await?;
    assert_eq!((id, cents, owners.len()), (1, 100, 2));
    let doubled = sqlx::query("SELECT 2")
        .map(|row: SqliteRow| row.get::<i64, _>(0))
        .fetch_one(&mut *session)
        .await?;
    let dear = sqlx::query("SELECT cents FROM account")
        .try_map(|row: SqliteRow| row.try_get::<i64, _>(0))
        .fetch_all(&mut *session)
        .await?;
    assert_eq!((doubled, dear.len()), (2, 2));

    sqlx::raw_sql("UPDATE account SET cents = cents; SELECT 1")
        .execute(&mut *session)
        .await?;
    let text = String::from("SELECT 1");
    sqlx::query(sqlx::AssertSqlSafe(text))
        .execute(&mut *session)
        .await?;
    sqlx::query("SELECT 1")
        .persistent(false)
        .execute(&mut *session)
        .await?;
    Ok(ann.cents)
}

#[transactional]
async fn built(session: &mut Session<Sqlite>, names: Vec<String>) -> Result<i64> {
    let mut builder = QueryBuilder::new("INSERT INTO account (owner, cents) ");
    builder.push_values(names, |mut row, name| {
        row.push_bind(name).push_bind(1);
    });
    builder.build().execute(&mut *session).await?;
    let mut builder = QueryBuilder::new("SELECT COUNT(*) FROM account WHERE cents = ");
    builder
        .push_bind(1)
        .build_query_scalar()
        .fetch_one(session)
        .await
}

#[transactional]
async fn streamed(session: &mut Session<Sqlite>) -> Result<i64> {
    let mut sum = 0;
    {
        let mut rows = sqlx::query_as::<_, Account>("SELECT * FROM account").fetch(&mut *session);
        while let Some(account) = rows.try_next().await? {
            sum += account.cents;
        }
    }
    let mut parts = sqlx::raw_sql("SELECT 1; SELECT 2").fetch_many(&mut *session);
    while let Some(part) = parts.try_next().await? {
        if let Either::Right(row) = part {
            sum += row.get::<i64, _>(0);
        }
    }
    drop(parts);
    let ids: Vec<i64> = sqlx::query_scalar::<_, i64>("SELECT id FROM account")
        .fetch(&mut *session)
        .try_collect()
        .await?;
    Ok(sum + ids.iter().sum::<i64>())
}

#[transactional]
async fn by_the_executor(session: &mut Session<Sqlite>) -> Result<i64> {
    session.execute("UPDATE account SET cents = cents").await?;
    let prepared = (&mut *session).prepare("SELECT ?".into_sql_str()).await?;
    let five: i64 = prepared
        .query_scalar()
        .bind(5)
        .fetch_one(&mut *session)
        .await?;
    let row = session.fetch_one("SELECT 6").await?;
    Ok(five + row.get::<i64, _>(0))
}

#[tokio::test]
async fn statements() -> Result {
    let db = database().await;
    assert_eq!(sent(queries(&db)).await?, 100);
    assert_eq!(sent(streamed(&db)).await?, 106);
    assert_eq!(sent(by_the_executor(&db)).await?, 11);
    assert_eq!(
        sent(built(
            &db,
            vec![String::from("eve"), String::from("mallory")]
        ))
        .await?,
        2
    );
    Ok(())
}
