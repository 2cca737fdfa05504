//! The same transaction through us.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{FutureExt as _, future::BoxFuture};
use sqlx::{Error, Postgres, postgres::PgPool};
use sqlx_transactional::{Serializable, Session};

use crate::{by_hand::is_committed, contest::Ended, rows::UPDATE};

async fn update(session: &mut Session<Postgres, Serializable>, first: i64, attempts: &AtomicU32) -> Result<(), Error> {
    attempts.store(session.attempt(), Ordering::Relaxed);
    for id in [first, first + 1] {
        sqlx::query(UPDATE).bind(id).execute(&mut *session).await?;
    }
    Ok(())
}

pub(crate) fn retry_on_error(pool: PgPool, first: i64) -> BoxFuture<'static, Result<Ended, Error>> {
    async move {
        let counter = AtomicU32::new(0);
        let attempts = &counter;
        let outcome = crate::stand_in::retried!(&pool, Postgres, Serializable, session => update(session, first, attempts));
        Ok(Ended { committed: is_committed(outcome)?, attempts: counter.into_inner() })
    }
    .boxed()
}
