//! The notes of the users.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use futures_util::StreamExt as _;
use sqlx_transactional::{ReadOnly, Session, retry_on_error, transactional};

use super::{
    App,
    error::AppError,
    jobs::Job,
    sql::{Number, Sql, Text},
    users::user_of,
};

/// Creates or changes a note. Its first word becomes a label, unless another note already has that
/// label.
#[retry_on_error]
#[transactional(from = &app.db)]
pub(super) async fn change<DB: Sql>(
    State(app): State<Arc<App<DB>>>,
    session: &mut Session<DB>,
    Path(title): Path<String>,
    headers: HeaderMap,
    text: String,
) -> Result<&'static str, AppError> {
    let user = user_of(&mut *session, &headers).await?;
    if DB::run(
        session,
        "UPDATE notes SET text = $1, changes = changes + 1 WHERE title = $2",
        &[Text(&text), Text(&title)],
    )
    .await?
        == 0
    {
        DB::run(
            session,
            "INSERT INTO notes (owner, title, text) VALUES ($1, $2, '')",
            &[Number(user), Text(&title)],
        )
        .await?;
        DB::run(
            session,
            "UPDATE notes SET text = $1 WHERE title = $2",
            &[Text(&text), Text(&title)],
        )
        .await?;
    }
    let labelled = label(
        &mut *session,
        text.split(' ').next().unwrap_or_default(),
        &title,
    )
    .await
    .is_ok();
    session.after_commit(jobs_of(&app, Job::Count(title)));
    Ok(if labelled { "labelled" } else { "not labelled" })
}

#[transactional(nested)]
async fn label<DB: Sql>(
    session: &mut Session<DB>,
    word: &str,
    title: &str,
) -> Result<(), AppError> {
    DB::run(
        session,
        "INSERT INTO labels (word, title) VALUES ($1, $2)",
        &[Text(word), Text(title)],
    )
    .await?;
    Ok(())
}

fn jobs_of<DB: Sql>(app: &App<DB>, job: Job) -> impl Future<Output = ()> + Send + 'static {
    let jobs = app.jobs.clone();
    async move { drop(jobs.send(job)) }
}

/// The user's own notes by title: the text, the number of changes, and the results of the
/// background task.
#[retry_on_error]
#[transactional(from = &app.db)]
pub(super) async fn list<DB: Sql>(
    State(app): State<Arc<App<DB>>>,
    session: &mut Session<DB, ReadOnly>,
    headers: HeaderMap,
) -> Result<String, AppError> {
    let user = user_of(&mut *session, &headers).await?;
    let notes = DB::rows(
        &mut *session,
        "SELECT changes, title FROM notes WHERE owner = $1 ORDER BY title",
        &[Number(user)],
    )
    .await?;
    let mut list = String::new();
    for (changes, title) in notes {
        let text = DB::rows(
            &mut *session,
            "SELECT words, text FROM notes WHERE title = $1",
            &[Text(&title)],
        )
        .await?;
        let labels = DB::rows(
            &mut *session,
            "SELECT COUNT(*), word FROM labels WHERE title = $1 GROUP BY word ORDER BY word",
            &[Text(&title)],
        )
        .await?;
        let labels: Vec<_> = labels.into_iter().map(|(_, word)| word).collect();
        for (words, text) in text {
            list.extend([format!(
                "{title}: {text:?} {words} words, {changes} changes, {labels:?}\n"
            )]);
        }
    }
    Ok(list)
}

/// Gives a note to another user. If the database defers the check that the user exists, it checks
/// at COMMIT.
#[retry_on_error]
#[transactional(from = &app.db)]
pub(super) async fn hand_over<DB: Sql>(
    State(app): State<Arc<App<DB>>>,
    session: &mut Session<DB>,
    Path((title, to)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, AppError> {
    let user = user_of(&mut *session, &headers).await?;
    let owned = DB::rows(
        &mut *session,
        "SELECT owner, title FROM notes WHERE title = $1",
        &[Text(&title)],
    )
    .await?;
    if owned.first().is_none_or(|(owner, _)| *owner != user) {
        return Err(AppError::Missing);
    }
    let known = DB::rows(
        &mut *session,
        "SELECT id, name FROM users WHERE name = $1",
        &[Text(&to)],
    )
    .await?;
    let to = known.first().map_or(-1, |(id, _)| *id);
    DB::run(
        &mut *session,
        "UPDATE notes SET owner = $1 WHERE title = $2",
        &[Number(to), Text(&title)],
    )
    .await?;
    app.progress.add_permits(1);
    session.after_commit(jobs_of(&app, Job::Count(title)));
    Ok(StatusCode::NO_CONTENT)
}

/// Creates a note for each piece of the request, as it arrives.
#[transactional(from = &app.db)]
pub(super) async fn import<DB: Sql>(
    State(app): State<Arc<App<DB>>>,
    session: &mut Session<DB>,
    Path(title): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, AppError> {
    let user = user_of(&mut *session, &headers).await?;
    let mut pieces = body.into_data_stream().enumerate();
    while let Some((at, piece)) = pieces.next().await {
        piece.map_err(|_| AppError::Broken)?;
        let title = format!("{title}-{at}");
        DB::run(
            &mut *session,
            "INSERT INTO notes (owner, title, text) VALUES ($1, $2, '')",
            &[Number(user), Text(&title)],
        )
        .await?;
        app.progress.add_permits(1);
    }
    Ok(StatusCode::CREATED)
}

/// Writes, and then runs a statement that takes long.
#[transactional(from = &app.db)]
pub(super) async fn audit<DB: Sql>(
    State(app): State<Arc<App<DB>>>,
    session: &mut Session<DB>,
    Path(title): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, AppError> {
    let user = user_of(&mut *session, &headers).await?;
    DB::run(
        &mut *session,
        "INSERT INTO notes (owner, title, text) VALUES ($1, $2, '')",
        &[Number(user), Text(&title)],
    )
    .await?;
    app.progress.add_permits(1);
    DB::takes_long(session).await?;
    Ok(StatusCode::NO_CONTENT)
}
