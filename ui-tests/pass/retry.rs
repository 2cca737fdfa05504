//! `#[retry_on_error]` above `#[transactional]`: functions, arguments, options, modes and drivers.
#![deny(warnings, clippy::pedantic, clippy::nursery)]

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use sqlx::{MySql, Postgres, Sqlite, SqlitePool};
use sqlx_transactional::{
    Db, Driver, ReadOnly, RepeatableRead, Serializable, Session, retry_on_error, transactional,
};
use tracing::instrument;

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[retry_on_error]
#[transactional]
async fn only_the_session(session: &mut Session<Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", max_elapsed = "1min", when = is_busy, idempotent)]
#[transactional(
    timeout = "2s",
    lock_timeout = "1s",
    commit_on(Refused::Locked),
    name = "every option"
)]
async fn every_option(
    session: &mut Session<Sqlite, Serializable>,
    tries: Arc<AtomicI64>,
) -> Result<i64, Refused> {
    sqlx::query("SELECT 1").execute(session).await?;
    match tries.fetch_add(1, Ordering::Relaxed) {
        0 => Err(Refused::Busy),
        1 => Err(Refused::Locked),
        _ => Ok(0),
    }
}

#[derive(Debug)]
enum Refused {
    Busy,
    Locked,
    Database(sqlx::Error),
}

const fn is_busy(error: &Refused) -> bool {
    matches!(error, Refused::Busy)
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

#[retry_on_error]
#[transactional]
async fn by_value(
    mut session: &mut Session<Sqlite>,
    mut name: String,
    ids: Vec<i64>,
    cents: i64,
    shared: Arc<str>,
) -> Result<usize> {
    name.push_str(&shared);
    drop(shared);
    let again = &mut session;
    for id in ids {
        sqlx::query("SELECT ? + ?")
            .bind(id)
            .bind(cents)
            .execute(&mut **again)
            .await?;
    }
    Ok(name.len())
}

#[retry_on_error]
#[transactional(from = db)]
async fn by_reference<'a>(
    db: &Db<Sqlite>,
    session: &mut Session<Sqlite>,
    one: &'a str,
    parts: &[&str],
) -> Result<&'a str> {
    sqlx::query("SELECT ?")
        .bind(parts.join(one))
        .execute(session)
        .await?;
    Ok(one)
}

#[retry_on_error]
#[transactional]
async fn generic<DB: Driver, K, const N: usize>(
    session: &mut Session<DB>,
    key: K,
    names: [&str; N],
    map: impl Fn(K) -> i64 + Clone + Send,
) -> Result<i64>
where
    K: Clone + Send,
{
    sqlx::raw_sql("SELECT 1").execute(session).await?;
    Ok(map(key) + i64::try_from(names.len()).unwrap_or_default())
}

#[retry_on_error]
#[transactional]
async fn impl_trait(
    session: &mut Session<Sqlite>,
    ids: impl IntoIterator<Item = i64> + Clone + Send,
) -> Result<impl Iterator<Item = i64> + Send> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(ids.into_iter().collect::<Vec<_>>().into_iter())
}

#[retry_on_error]
#[transactional(nested)]
async fn nested(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await
}

#[retry_on_error]
#[transactional(requires_new)]
async fn read_only(
    session: &mut Session<Sqlite, ReadOnly<RepeatableRead>>,
    _id: i64,
) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[retry_on_error]
#[transactional]
async fn joins(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
    only_the_session(&mut *session).await?;
    nested(session, id).await
}

/// `instrument` below, between and above.
#[instrument(skip_all, fields(id))]
#[retry_on_error]
#[instrument(skip(session))]
#[transactional]
#[instrument(skip(session), ret)]
async fn instrumented(session: &mut Session<Sqlite>, mut id: i64, name: String) -> Result<i64> {
    id += 1;
    sqlx::query_scalar("SELECT ? + length(?)")
        .bind(id)
        .bind(name)
        .fetch_one(session)
        .await
}

/// Unused arguments, with each way to mark them.
#[retry_on_error]
#[transactional]
async fn unused(
    _: &mut Session<Sqlite>,
    _: String,
    _id: i64,
    _pair: (String, String),
    #[allow(unused_variables, reason = "for the test")] name: String,
    #[cfg(test)] here: i64,
    #[cfg(not(test))] here: Nowhere,
) -> Result<i64> {
    Ok(here)
}

/// `Send` is enough: no attempt holds a reference to an argument across an await.
#[retry_on_error]
#[transactional]
async fn not_sync(session: &mut Session<Sqlite>, cell: Cell<i64>) -> Result<i64> {
    let one: i64 = sqlx::query_scalar("SELECT 1").fetch_one(session).await?;
    cell.set(one);
    Ok(cell.get())
}

async fn helper(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await
}

#[retry_on_error]
#[transactional]
async fn returns_early(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
    if id == 0 {
        return Ok(0);
    }
    loop {
        if helper(&mut *session, id).await? == id {
            break;
        }
    }
    Ok(id)
}

/// Never run, because there is no server here.
#[expect(dead_code, reason = "that it compiles is all")]
mod servers {
    use super::{
        Db, MySql, Postgres, ReadOnly, Result, Serializable, Session, retry_on_error, sent,
        transactional,
    };

    macro_rules! on {
        ($($name:ident $database:ident)*) => { $(
            fn $name(db: &Db<$database>) -> impl Future<Output = Result> + Send {
                #[retry_on_error]
                #[transactional(timeout = "2s", from = db)]
                async fn call(db: &Db<$database>, session: &mut Session<$database, Serializable>, name: String) -> Result {
                    sqlx::raw_sql("SELECT 1").execute(session).await?;
                    drop(name);
                    Ok(())
                }
                sent(call(db, String::new()))
            }
        )* };
    }
    on! { postgres Postgres mysql MySql }

    #[retry_on_error]
    #[transactional(deferrable, durability = relaxed)]
    async fn deferrable(
        session: &mut Session<Postgres, ReadOnly<Serializable>>,
        name: String,
    ) -> Result {
        sqlx::query("SELECT $1").bind(name).execute(session).await?;
        Ok(())
    }
}

#[tokio::test]
async fn transactions() -> Result {
    let db = database().await;
    let pool: &SqlitePool = db.pool();
    assert_eq!(sent(only_the_session(pool)).await?, 1);
    assert_eq!(
        sent(by_value(&db, "ab".into(), vec![1, 2], 3, "c".into())).await?,
        3
    );
    assert_eq!(sent(by_reference(&db, "one", &["a", "b"])).await?, "one");
    assert_eq!(sent(generic(&db, 2_i32, ["a", "b"], i64::from)).await?, 4);
    assert_eq!(sent(impl_trait(&db, [1, 2])).await?.sum::<i64>(), 3);
    assert_eq!(sent(nested(&db, 3)).await?, 3);
    assert_eq!(sent(read_only(&db, 3)).await?, 1);
    assert_eq!(sent(joins(&db, 4)).await?, 4);
    assert_eq!(sent(instrumented(&db, 4, "five".into())).await?, 9);
    assert_eq!(
        sent(unused(
            &db,
            String::new(),
            1,
            (String::new(), String::new()),
            String::new(),
            7
        ))
        .await?,
        7
    );
    assert_eq!(sent(not_sync(&db, Cell::new(0))).await?, 1);
    assert_eq!(
        sent(returns_early(&db, 0)).await? + sent(returns_early(&db, 1)).await?,
        1
    );
    let task = tokio::spawn(async move { joins(&db, 5).await });
    assert_eq!(task.await.expect("it ran")?, 5);
    Ok(())
}

#[tokio::test]
async fn options() {
    let tries = Arc::new(AtomicI64::new(0));
    let db = database().await;
    match sent(every_option(&db, Arc::clone(&tries))).await {
        Err(Refused::Database(error)) => panic!("{error}"),
        outcome => assert!(matches!(outcome, Err(Refused::Locked))),
    }
    assert_eq!(tries.load(Ordering::Relaxed), 2);
}
