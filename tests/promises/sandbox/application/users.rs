//! The users: they sign up, and log in.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use sqlx_transactional::{ReadOnly, Session, retry_on_error, transactional};

use super::{
    App,
    error::AppError,
    sql::{Number, Sql, Text},
};

/// Answers 409 if the name is taken.
#[retry_on_error]
#[transactional(from = &app.db)]
pub(super) async fn sign_up<DB: Sql>(
    State(app): State<Arc<App<DB>>>,
    session: &mut Session<DB>,
    Path(name): Path<String>,
) -> Result<StatusCode, AppError> {
    DB::run(
        session,
        "INSERT INTO users (name) VALUES ($1)",
        &[Text(&name)],
    )
    .await?;
    Ok(StatusCode::CREATED)
}

/// Answers with a token.
#[retry_on_error]
#[transactional(from = &app.db)]
pub(super) async fn log_in<DB: Sql>(
    State(app): State<Arc<App<DB>>>,
    session: &mut Session<DB>,
    Path(name): Path<String>,
) -> Result<String, AppError> {
    let user = id_of(&mut *session, &name)
        .await?
        .ok_or(AppError::Missing)?;
    let token = format!("{name}-{}", app.logins.fetch_add(1, Ordering::Relaxed));
    DB::run(
        session,
        "INSERT INTO logins (user_id, token) VALUES ($1, $2)",
        &[Number(user), Text(&token)],
    )
    .await?;
    Ok(token)
}

#[transactional]
async fn id_of<DB: Sql>(
    session: &mut Session<DB, ReadOnly>,
    name: &str,
) -> Result<Option<i64>, AppError> {
    let found = DB::rows(
        session,
        "SELECT id, name FROM users WHERE name = $1",
        &[Text(name)],
    )
    .await?;
    Ok(found.first().map(|(id, _)| *id))
}

/// The user of the request.
#[transactional]
pub(super) async fn user_of<DB: Sql>(
    session: &mut Session<DB, ReadOnly>,
    headers: &HeaderMap,
) -> Result<i64, AppError> {
    let token = headers
        .get("authorization")
        .and_then(|token| token.to_str().ok())
        .unwrap_or_default();
    let found = DB::rows(
        session,
        "SELECT user_id, token FROM logins WHERE token = $1",
        &[Text(token)],
    )
    .await?;
    found
        .first()
        .map(|(user, _)| *user)
        .ok_or(AppError::Unknown)
}
