//! The function keeps its visibility, docs and attributes. `instrument` works above and below.
#![deny(warnings)]

mod inner {
    use sqlx::Sqlite;
    use sqlx_transactional::{Session, transactional};

    /// Documented.
    #[transactional]
    pub(in crate::attributes) async fn path(
        session: &mut Session<Sqlite>,
    ) -> Result<(), sqlx::Error> {
        private(&mut *session).await?;
        super_only(session).await
    }

    #[transactional]
    async fn private(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        //! Documented inside.
        #![allow(clippy::unused_async, reason = "inner attributes stay too")]
        let _ = session;
        Ok(())
    }

    #[transactional]
    pub(super) async fn super_only(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    #[transactional]
    #[must_use = "the answer matters"]
    #[deprecated(note = "for the test")]
    pub(crate) async fn old(session: &mut Session<Sqlite>) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT 42").fetch_one(session).await
    }

    #[cfg(any())]
    #[transactional]
    pub(crate) async fn gone(session: &mut NoSuchType) -> Nothing {}
}

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};
use tracing::instrument;

use crate::{database, sent};

#[instrument(skip(session), fields(id = id + 1), err)]
#[transactional]
async fn instrumented_above(session: &mut Session<Sqlite>, id: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await
}

#[transactional]
#[instrument]
async fn instrumented_below(session: &mut Session<Sqlite>, id: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await
}

#[transactional(from = db)]
#[instrument(skip_all, ret)]
async fn instrumented_from(
    db: &sqlx_transactional::Db<Sqlite>,
    session: &mut Session<Sqlite>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[transactional]
#[expect(unused_variables, reason = "lint attributes reach the body")]
async fn linted(session: &mut Session<Sqlite>, owned: String) -> Result<usize, sqlx::Error> {
    let unused = sqlx::query("SELECT 1").execute(session).await?;
    Ok(owned.len())
}

/// The arguments keep their attributes.
#[transactional]
async fn arguments(
    session: &mut Session<Sqlite>,
    #[cfg(test)] id: i64,
    #[cfg(not(test))] id: Nothing,
    #[allow(unused_variables, reason = "for the test")] other: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT ?")
        .bind(id)
        .fetch_one(session)
        .await
}

#[tokio::test]
async fn attributes() -> Result<(), sqlx::Error> {
    let db = database().await;
    sent(inner::path(&db)).await?;
    #[expect(deprecated, reason = "it stays deprecated")]
    let old = sent(inner::old(&db)).await?;
    assert_eq!(old, 42);
    assert_eq!(sent(instrumented_above(&db, 1)).await?, 1);
    assert_eq!(sent(instrumented_below(&db, 1)).await?, 1);
    assert_eq!(sent(instrumented_from(&db)).await?, 1);
    assert_eq!(sent(linted(&db, String::from("four"))).await?, 4);
    assert_eq!(sent(arguments(&db, 3, 4)).await?, 3);
    Ok(())
}
