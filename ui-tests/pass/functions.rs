//! Free functions with every kind of parameter.
#![deny(warnings)]

use std::fmt::{Debug, Display};

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

struct Transfer {
    from: i64,
    cents: i64,
}

#[transactional]
async fn only_the_session(session: &mut Session<Sqlite>) -> Result {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn session_at_the_end(id: i64, cents: i64, session: &mut Session<Sqlite>) -> Result<u64> {
    let done = sqlx::query("UPDATE account SET cents = cents + ? WHERE id = ?")
        .bind(cents)
        .bind(id)
        .execute(session)
        .await?;
    Ok(done.rows_affected())
}

#[transactional]
async fn patterns(
    Transfer { from, mut cents }: Transfer,
    session: &mut Session<Sqlite>,
    (low, [high, _]): (i64, [i64; 2]),
    &scale: &i64,
    _: bool,
) -> Result<i64> {
    cents = (cents * scale).clamp(low, high);
    sqlx::query_scalar("SELECT cents + ? FROM account WHERE id = ?")
        .bind(cents)
        .bind(from)
        .fetch_one(session)
        .await
}

#[transactional]
async fn mutable(mut session: &mut Session<Sqlite>, mut id: i64) -> Result<i64> {
    id += 1;
    let again = &mut session;
    sqlx::query_scalar("SELECT cents FROM account WHERE id = ?")
        .bind(id)
        .fetch_one(&mut **again)
        .await
}

#[transactional]
async fn unnamed(_: &mut Session<Sqlite>, _id: i64) -> Result {
    Ok(())
}

#[transactional]
async fn unused(_session: &mut Session<Sqlite>) -> Result {
    Ok(())
}

#[transactional]
async fn generic<K, const N: usize>(
    session: &mut Session<Sqlite>,
    key: K,
    names: [&str; N],
) -> Result<usize>
where
    K: Into<i64> + Send,
{
    let id = key.into() + i64::try_from(names.len()).unwrap_or_default();
    let found = sqlx::query("SELECT * FROM account WHERE id <= ?")
        .bind(id)
        .fetch_all(session)
        .await?;
    Ok(found.len() * N)
}

#[transactional]
async fn impl_trait(
    session: &mut Session<Sqlite>,
    owner: impl Into<String> + Send,
    ids: impl IntoIterator<Item = i64, IntoIter: Send> + Send,
) -> Result<i64> {
    let owner = owner.into();
    let mut sum = 0;
    for id in ids {
        let query = sqlx::query_scalar(
            "SELECT COALESCE(SUM(cents), 0) FROM account WHERE id = ? AND owner = ?",
        );
        sum += query
            .bind(id)
            .bind(&owner)
            .fetch_one(&mut *session)
            .await
            .unwrap_or(0);
    }
    Ok(sum)
}

#[transactional]
async fn lifetimes<'a, 'b: 'a>(
    session: &mut Session<Sqlite>,
    one: &'a str,
    other: &'b str,
) -> Result<&'a str> {
    let longer: bool = sqlx::query_scalar("SELECT length(?) > length(?)")
        .bind(one)
        .bind(other)
        .fetch_one(session)
        .await?;
    Ok(if longer { one } else { other })
}

#[transactional]
async fn elided(session: &mut Session<Sqlite>, text: &mut String, parts: &[&str]) -> Result<usize> {
    text.push_str(
        sqlx::query_scalar::<_, String>("SELECT 'x'")
            .fetch_one(session)
            .await?
            .as_str(),
    );
    text.extend(parts.iter().copied());
    Ok(text.len())
}

#[transactional]
async fn named_lifetime_of_nothing_else<'s>(session: &'s mut Session<Sqlite>) -> Result {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn higher_ranked<F>(session: &mut Session<Sqlite>, choose: F) -> Result<String>
where
    F: for<'a> Fn(&'a str) -> &'a str + Send,
{
    let owner: String = sqlx::query_scalar("SELECT owner FROM account WHERE id = 1")
        .fetch_one(session)
        .await?;
    Ok(choose(&owner).to_owned())
}

#[transactional]
async fn dynamic(
    session: &mut Session<Sqlite>,
    shown: &(dyn Display + Sync),
    kept: Box<dyn Debug + Send>,
) -> Result<String> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(format!("{shown} {kept:?}"))
}

#[transactional]
async fn awaits_nothing(session: &mut Session<Sqlite>) -> Result {
    let _ = session;
    Ok(())
}

#[tokio::test]
async fn free_functions() -> Result {
    let db = database().await;
    let pool: &SqlitePool = db.pool();
    sent(only_the_session(pool)).await?;
    assert_eq!(sent(session_at_the_end(1, 5, &db)).await?, 1);
    assert_eq!(
        sent(patterns(
            Transfer { from: 1, cents: 4 },
            &db,
            (0, [20, 0]),
            &10,
            true
        ))
        .await?,
        125
    );
    assert_eq!(sent(mutable(pool, 1)).await?, 0);
    sent(unnamed(pool, 1)).await?;
    sent(unused(pool)).await?;
    assert_eq!(sent(generic(&db, 1_i32, ["a", "b"])).await?, 4);
    assert_eq!(sent(impl_trait(&db, "ann", [1, 2])).await?, 105);
    assert_eq!(sent(lifetimes(&db, "long", "s")).await?, "long");
    assert_eq!(sent(elided(&db, &mut String::from("y"), &["z"])).await?, 3);
    sent(named_lifetime_of_nothing_else(&db)).await?;
    assert_eq!(sent(higher_ranked(&db, |text| &text[..1])).await?, "a");
    assert_eq!(sent(dynamic(&db, &1, Box::new("x"))).await?, "1 \"x\"");
    sent(awaits_nothing(&db)).await?;
    Ok(())
}
