//! The same transaction with sqlx by hand, retried in the two usual ways.

use std::time::Duration;

use futures_util::{FutureExt as _, future::BoxFuture};
use sqlx::{Error, PgConnection, postgres::PgPool};
use sqlx_transactional::Class;

use crate::{contest::Ended, rows::UPDATE};

const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
const BEGIN_AGAIN: &str = "ROLLBACK; BEGIN ISOLATION LEVEL SERIALIZABLE";

/// The limits of `#[retry_on_error]`, here and below.
const ATTEMPTS: u32 = 10;
const MIN_DELAY: Duration = Duration::from_millis(10);
const MAX_DELAY: Duration = Duration::from_secs(1);

/// Retries at once until the transaction is committed: on the same connection, with ROLLBACK and
/// BEGIN in one message.
pub(crate) fn at_once(pool: PgPool, first: i64) -> BoxFuture<'static, Result<Ended, Error>> {
    async move {
        let mut connection = pool.acquire().await?;
        sqlx::raw_sql(BEGIN).execute(&mut *connection).await?;
        let mut attempts = 1;
        while !is_committed(update(&mut connection, first).await)? {
            sqlx::raw_sql(BEGIN_AGAIN).execute(&mut *connection).await?;
            attempts += 1;
        }
        Ok(Ended {
            attempts,
            committed: true,
        })
    }
    .boxed()
}

/// Gives the connection back before each retry, and sleeps for a random part of a delay that
/// doubles.
pub(crate) fn full_jitter(pool: PgPool, first: i64) -> BoxFuture<'static, Result<Ended, Error>> {
    async move {
        let mut delay = MIN_DELAY;
        for attempts in 1..=ATTEMPTS {
            let mut connection = pool.acquire().await?;
            sqlx::raw_sql(BEGIN).execute(&mut *connection).await?;
            if is_committed(update(&mut connection, first).await)? {
                return Ok(Ended {
                    attempts,
                    committed: true,
                });
            }
            sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await?;
            drop(connection);
            if attempts < ATTEMPTS {
                tokio::time::sleep(rand::random_range(Duration::ZERO..=delay)).await;
                delay = MAX_DELAY.min(2 * delay);
            }
        }
        Ok(Ended {
            attempts: ATTEMPTS,
            committed: false,
        })
    }
    .boxed()
}

async fn update(connection: &mut PgConnection, first: i64) -> Result<(), Error> {
    for id in [first, first + 1] {
        sqlx::query(UPDATE)
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::raw_sql("COMMIT").execute(connection).await?;
    Ok(())
}

/// False after a conflict. Any other error is a fault of this program or of the server.
pub(crate) fn is_committed(outcome: Result<(), Error>) -> Result<bool, Error> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if matches!(Class::of(&error), Class::Serialization | Class::Deadlock) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
