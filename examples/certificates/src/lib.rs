//! Certificates that can be issued, verified by their code, and downloaded: an axum service on
//! PostgreSQL, MySQL or SQLite. Start with `registry.rs`, which has the transactions.

mod document;
mod error;
mod registry;
mod renderer;

use std::{convert::Infallible, iter, time::Duration};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::stream;
use service::Dialect;
use sqlx::{
    Any,
    migrate::{MigrateError, Migrator},
};
use sqlx_transactional::Db;

pub use crate::renderer::Renderer;
use crate::{
    document::Format,
    error::ApiError,
    registry::{Application, Certificate, Registry},
    renderer::rendered,
};

static DEFERRED: Migrator = sqlx::migrate!("migrations/deferred");
static IMMEDIATE: Migrator = sqlx::migrate!("migrations/immediate");

#[derive(Debug, Clone)]
struct Certificates {
    registry: Registry,
    renderer: Renderer,
}

/// Runs the migrations.
///
/// # Errors
/// A migration failed, or no connection could be acquired.
pub async fn migrate(db: &Db<Any>) -> Result<(), MigrateError> {
    db.migrate(if Dialect::of(db).await? == Dialect::MySql {
        &IMMEDIATE
    } else {
        &DEFERRED
    })
    .await
}

/// The service.
///
/// # Errors
/// No connection could be acquired.
pub async fn application(db: Db<Any>, renderer: Renderer) -> Result<Router, sqlx::Error> {
    let certificates = Certificates {
        registry: Registry::new(db).await?,
        renderer,
    };
    Ok(Router::new()
        .route("/certificates", post(issue))
        .route("/certificates/{code}", get(verify))
        .route("/certificates/{code}/{file}", get(download))
        .route("/health", get(health))
        .with_state(certificates))
}

async fn issue(
    State(certificates): State<Certificates>,
    Json(application): Json<Application>,
) -> Result<(StatusCode, Json<Certificate>), ApiError> {
    let certificate = certificates.registry.issue(application).await?;
    tracing::info!(
        code = certificate.code,
        course = certificate.course,
        number = certificate.number,
        "issued"
    );
    Ok((StatusCode::CREATED, Json(certificate)))
}

async fn verify(
    State(certificates): State<Certificates>,
    Path(code): Path<String>,
) -> Result<Json<Certificate>, ApiError> {
    certificates.registry.find(&code).await.map(Json)
}

/// Counts the download and commits before the file is made. No connection is held while the file is
/// sent.
async fn download(
    State(certificates): State<Certificates>,
    Path((code, file)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let format = Format::of(&file).ok_or(ApiError::NotFound)?;
    let certificate = certificates.registry.download(&code).await?;
    let file = rendered(&certificates.renderer, &certificate, format).await?;
    Ok(([(CONTENT_TYPE, format.media_type())], streamed(file)).into_response())
}

/// Streams the file in pieces of 4 KiB, which the response owns.
fn streamed(file: Vec<u8>) -> Body {
    let mut rest = Bytes::from(file);
    let pieces =
        iter::from_fn(move || (!rest.is_empty()).then(|| rest.split_to(rest.len().min(4096))));
    Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>)))
}

async fn health(
    State(certificates): State<Certificates>,
) -> (StatusCode, Json<sqlx_transactional::Health>) {
    let health = certificates
        .registry
        .db
        .health(Duration::from_secs(1))
        .await;
    let status = if health.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health))
}
