//! What a request can fail with, and what its client is told.
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sqlx_transactional::Class;

use crate::renderer::RenderError;

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("there is no such certificate")]
    NotFound,
    #[error("{0}")]
    Invalid(&'static str),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Database(error) => StatusCode::from_u16(Class::of(error).http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Render(_) => StatusCode::BAD_GATEWAY,
        }
    }
}

/// The client is sent the service's own messages. Of an error of the database it is sent the name
/// of the status only, and the log has the error if the status is 5xx.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let text = match &self {
            Self::NotFound | Self::Invalid(_) | Self::Render(_) => self.to_string(),
            Self::Database(error) => {
                if status.is_server_error() {
                    tracing::error!(%error, class = ?Class::of(error), "a request failed");
                }
                status.canonical_reason().unwrap_or_default().to_owned()
            }
        };
        (status, text).into_response()
    }
}
