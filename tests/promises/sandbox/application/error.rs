//! The answers to requests that fail.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sqlx_transactional::Class;

#[derive(Debug)]
pub(crate) enum AppError {
    Database(sqlx::Error),
    /// The client has not logged in.
    Unknown,
    /// The thing does not exist, or belongs to another user.
    Missing,
    /// The request's body ended early.
    Broken,
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Database(error) => StatusCode::from_u16(Class::of(error).http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Unknown => StatusCode::UNAUTHORIZED,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Broken => StatusCode::BAD_REQUEST,
        };
        (status, format!("{self:?}")).into_response()
    }
}
