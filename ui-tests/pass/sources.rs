//! Where a session comes from: pools, `Db`, joining, `from`, aliases, any database.
#![deny(warnings)]

use sqlx::{Pool, Postgres, Sqlite};
use sqlx_transactional::{Db, Driver, Session, Source, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;
type Tx = Session<Sqlite>;

mod own {
    /// An alias with the type's own name.
    pub(crate) type Session =
        sqlx_transactional::Session<sqlx::Sqlite, sqlx_transactional::ReadOnly>;
}

#[transactional]
async fn leaf(session: &mut Session<Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[transactional]
async fn joins(session: &mut Session<Sqlite>) -> Result<i64> {
    let mut sum = leaf(&mut *session).await?;
    for _ in 0..2 {
        sum += leaf(&mut *session).await?;
    }
    sum += sent(leaf(&mut *session)).await?;
    Ok(sum + leaf(session).await?)
}

#[transactional]
async fn marked(#[session] tx: &mut Tx) -> Result<i64> {
    leaf(tx).await
}

#[transactional]
async fn alias_of_the_same_name(session: &mut own::Session) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

mod by_path {
    #[sqlx_transactional::transactional]
    pub(super) async fn by_path(
        tx: &mut sqlx_transactional::Session<sqlx::Sqlite, sqlx_transactional::ReadWrite>,
    ) -> super::Result<i64> {
        super::leaf(tx).await
    }
}

#[transactional]
async fn any_database<DB: Driver>(session: &mut Session<DB>) -> Result<u64>
where
    u64: From<u32>,
{
    sqlx::raw_sql("SELECT 1").execute(&mut *session).await?;
    below(session).await
}

#[transactional]
async fn below<DB>(session: &mut Session<DB>) -> Result<u64>
where
    DB: Driver,
{
    sqlx::raw_sql("SELECT 1").execute(session).await?;
    Ok(2)
}

#[transactional(from = pool)]
async fn from_a_reference(pool: &Pool<Sqlite>, session: &mut Session<Sqlite>) -> Result<i64> {
    leaf(session).await
}

#[transactional(from = &db)]
async fn from_a_value(db: Db<Sqlite>, session: &mut Session<Sqlite>) -> Result<Db<Sqlite>> {
    leaf(session).await?;
    Ok(db)
}

#[transactional(from = choose(&dbs, 1))]
async fn from_an_expression(dbs: [Db<Sqlite>; 2], session: &mut Session<Sqlite>) -> Result<i64> {
    drop(dbs);
    leaf(session).await
}

fn choose(dbs: &[Db<Sqlite>], index: usize) -> &Db<Sqlite> {
    &dbs[index]
}

#[transactional(requires_new)]
async fn requires_new(session: &mut Session<Sqlite>) -> Result<i64> {
    leaf(session).await
}

/// Passes a source on, written by hand.
async fn handed_on<'h>(
    source: impl Source<'h, Sqlite, sqlx_transactional::ReadWrite>,
) -> Result<i64> {
    joins(source).await
}

/// Never run, because there is no server here.
#[expect(dead_code, reason = "that it compiles is all")]
fn postgres_is_sent(pool: &Pool<Postgres>) -> impl Future<Output = Result<u64>> + Send {
    postgres(pool)
}

#[transactional]
async fn postgres(session: &mut Session<Postgres>) -> Result<u64> {
    any_database(session).await
}

#[tokio::test]
async fn sources() -> Result {
    let db = database().await;
    assert_eq!(sent(leaf(&db)).await?, 1);
    assert_eq!(sent(leaf(db.pool())).await?, 1);
    assert_eq!(sent(joins(&db)).await?, 5);
    assert_eq!(sent(marked(&db)).await?, 1);
    assert_eq!(sent(alias_of_the_same_name(&db)).await?, 1);
    assert_eq!(sent(by_path::by_path(&db)).await?, 1);
    assert_eq!(sent(any_database(&db)).await?, 2);
    assert_eq!(sent(any_database(db.pool())).await?, 2);
    assert_eq!(sent(from_a_reference(db.pool())).await?, 1);
    let db = sent(from_a_value(db)).await?;
    assert_eq!(sent(from_an_expression([db.clone(), db.clone()])).await?, 1);
    assert_eq!(sent(requires_new(&db)).await?, 1);
    assert_eq!(sent(handed_on(&db)).await?, 5);
    Ok(())
}
