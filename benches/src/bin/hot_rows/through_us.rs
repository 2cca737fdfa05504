//! The same transaction with the attributes.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{FutureExt as _, future::BoxFuture};
use sqlx::{Error, Postgres, postgres::PgPool};
use sqlx_transactional::{Serializable, Session, retry_on_error, transactional};

use crate::{by_hand::is_committed, contest::Ended, rows::UPDATE};

#[retry_on_error]
#[transactional]
async fn update(
    session: &mut Session<Postgres, Serializable>,
    first: i64,
    attempts: &AtomicU32,
) -> Result<(), Error> {
    attempts.store(session.attempt(), Ordering::Relaxed);
    for id in [first, first + 1] {
        sqlx::query(UPDATE).bind(id).execute(&mut *session).await?;
    }
    Ok(())
}

pub(crate) fn call(pool: PgPool, first: i64) -> BoxFuture<'static, Result<Ended, Error>> {
    async move {
        let attempts = AtomicU32::new(0);
        let outcome = update(&pool, first, &attempts).await;
        Ok(Ended {
            committed: is_committed(outcome)?,
            attempts: attempts.into_inner(),
        })
    }
    .boxed()
}
