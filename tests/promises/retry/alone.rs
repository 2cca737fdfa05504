//! `#[retry_on_error]` alone, on a function without a transaction: the error decides about another
//! attempt, or the caller's `when`.

use std::{
    error::Error as StdError,
    io,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
};

use sqlx_transactional::retry_on_error;
use tests::{
    proxy::{self, Proxy},
    servers::TestDatabase,
};

use super::Fault;

fn lost() -> sqlx::Error {
    sqlx::Error::Io(io::ErrorKind::ConnectionReset.into())
}

type Boxed = Box<dyn StdError + Send + Sync>;

/// The server's error for a statement that conflicts with another one, or is wrong.
async fn refused(connection: &mut sqlx::PgConnection, conflict: bool) -> sqlx::Error {
    let code = if conflict { "40001" } else { "22012" };
    let raise =
        format!("DO $$ BEGIN RAISE EXCEPTION 'as a test must' USING ERRCODE = '{code}'; END $$");
    sqlx::raw_sql(sqlx::AssertSqlSafe(raise))
        .execute(connection)
        .await
        .expect_err("it is told to")
}

macro_rules! looked_into {
    ($($name:ident: $error:ty, $found:expr;)*) => { $(
        #[tokio::test]
        async fn $name() {
            #[retry_on_error(attempts = 4, min_delay = "1ms", max_delay = "2ms")]
            async fn call(database: &TestDatabase<sqlx::Postgres>, attempts: &AtomicU32, conflict: bool) -> Result<(), $error> {
                attempts.fetch_add(1, SeqCst);
                Err(($found)(refused(&mut database.connect().await, conflict).await))
            }

            let database = TestDatabase::new().await;
            for (conflict, expected) in [(true, 4), (false, 1)] {
                let attempts = AtomicU32::new(0);
                call(&database, &attempts, conflict).await.expect_err("every attempt fails");
                assert_eq!(attempts.into_inner(), expected);
            }
        }
    )* };
}

#[derive(Debug, thiserror::Error)]
enum Transparent {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

#[derive(Debug, thiserror::Error)]
#[error("could not load the page")]
struct Wrapped(#[source] Transparent);

looked_into! {
    sees_the_databases_error: sqlx::Error, |error| error;
    sees_through_transparent: Transparent, Transparent::from;
    sees_the_whole_chain: Wrapped, |error: sqlx::Error| Wrapped(error.into());
    sees_into_boxes: Boxed, Boxed::from;
    sees_into_anyhow: anyhow::Error, |error: sqlx::Error| anyhow::Error::new(error).context("could not load the page");
}

#[derive(Debug, PartialEq)]
enum Unavailable {
    Broker,
    Forbidden,
}

impl Unavailable {
    fn passes(&self) -> bool {
        *self == Self::Broker
    }
}

#[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", when = Unavailable::passes)]
async fn publish(
    topic: String,
    attempts: &AtomicU32,
    kind: fn() -> Unavailable,
) -> Result<usize, Unavailable> {
    if attempts.fetch_add(1, SeqCst) < 2 {
        Err(kind())
    } else {
        Ok(topic.len())
    }
}

#[tokio::test]
async fn asks_when_where_the_error_tells_nothing() {
    let attempts = AtomicU32::new(0);
    assert_eq!(
        publish("orders".into(), &attempts, || Unavailable::Broker).await,
        Ok(6)
    );
    assert_eq!(attempts.into_inner(), 3);
    let attempts = AtomicU32::new(0);
    assert_eq!(
        publish("orders".into(), &attempts, || Unavailable::Forbidden).await,
        Err(Unavailable::Forbidden)
    );
    assert_eq!(attempts.into_inner(), 1);
}

struct Client {
    attempts: AtomicU32,
}

impl Client {
    #[retry_on_error(min_delay = "1ms", max_delay = "2ms")]
    async fn fetch(&self, path: &str) -> Result<String, sqlx::Error> {
        if self.attempts.fetch_add(1, SeqCst) < 9 {
            Err(lost())
        } else {
            Ok(path.to_owned())
        }
    }
}

#[tokio::test]
async fn makes_ten_attempts_if_nothing_is_said() {
    let client = Client {
        attempts: AtomicU32::new(0),
    };
    assert_eq!(client.fetch("/").await.unwrap(), "/");
    assert_eq!(client.attempts.into_inner(), 10);
}

/// Around calls that have transactions of their own.
#[tokio::test]
async fn does_not_repeat_an_unknown_commit() {
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn once(
        session: &mut Session<sqlx::Postgres>,
        fault: Option<Fault>,
    ) -> Result<(), Boxed> {
        sqlx::query("UPDATE accounts SET cents = cents + 1 WHERE id = 1")
            .execute(&mut *session)
            .await
            .unwrap();
        if let Some(fault) = fault {
            super::fail(session, fault)
                .await
                .expect_err("it is told to");
        }
        Ok(())
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms")]
    async fn twice(
        pool: &sqlx::PgPool,
        attempts: &AtomicU32,
        fault: Option<Fault>,
    ) -> Result<(), Boxed> {
        attempts.fetch_add(1, SeqCst);
        once(pool, fault).await?;
        once(pool, None).await?;
        Ok(())
    }

    let database = TestDatabase::<sqlx::Postgres>::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, crate::bank::options(1));
    let attempts = AtomicU32::new(0);
    twice(&pool, &attempts, Some(Fault::Serialization))
        .await
        .expect_err("the first call fails in every attempt");
    assert_eq!(attempts.into_inner(), 3);

    let _cut = proxy.inject(
        proxy::Way::ToClient,
        proxy::Point::Commit,
        proxy::Fault::Cut,
    );
    let attempts = AtomicU32::new(0);
    twice(&pool, &attempts, None)
        .await
        .expect_err("the first COMMIT is not answered");
    assert_eq!(attempts.into_inner(), 1);
    assert_eq!(
        database
            .integer("SELECT cents FROM accounts WHERE id = 1")
            .await,
        1001
    );
}
