//! What the application does in the background, with a handle of its own to the database.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, http::StatusCode};
use sqlx_transactional::{Db, Session, retry_on_error, transactional};
use tokio::sync::{mpsc, oneshot};

use super::{
    App,
    error::AppError,
    sql::{Number, Sql, Text},
};

pub(super) enum Job {
    /// Counts the words of the note with this title.
    Count(String),
    /// Confirms that all earlier jobs are done.
    Tell(oneshot::Sender<()>),
}

/// Runs one job after the other until all senders are dropped.
pub(super) async fn work<DB: Sql>(db: Db<DB>, mut queue: mpsc::UnboundedReceiver<Job>) {
    while let Some(job) = queue.recv().await {
        match job {
            Job::Count(title) => count(&db, &title)
                .await
                .expect("a job succeeds after retries"),
            Job::Tell(done) => drop(done.send(())),
        }
    }
}

#[retry_on_error]
#[transactional]
async fn count<DB: Sql>(session: &mut Session<DB>, title: &str) -> Result<(), AppError> {
    for (id, text) in DB::rows(
        &mut *session,
        "SELECT id, text FROM notes WHERE title = $1",
        &[Text(title)],
    )
    .await?
    {
        let words = i64::try_from(text.split_whitespace().count()).unwrap_or(i64::MAX);
        DB::run(
            &mut *session,
            "UPDATE notes SET words = $1 WHERE id = $2",
            &[Number(words), Number(id)],
        )
        .await?;
    }
    Ok(())
}

/// Answers once all jobs are done.
pub(super) async fn all_done<DB: Sql>(State(app): State<Arc<App<DB>>>) -> StatusCode {
    let (tell, told) = oneshot::channel();
    drop(app.jobs.send(Job::Tell(tell)));
    if told.await.is_ok() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

pub(super) async fn ready<DB: Sql>(State(app): State<Arc<App<DB>>>) -> StatusCode {
    let health = app.db.health(Duration::from_secs(20)).await;
    if health.is_ready() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
