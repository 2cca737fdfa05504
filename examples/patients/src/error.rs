//! What a request can fail with, and what its client is told.
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::ContentType},
};
use service::NotHashed;
use sqlx_transactional::{Class, Constraint};

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("{0}")]
    Invalid(&'static str),
    #[error("this e-mail address is registered")]
    Taken,
    #[error("the e-mail address or the password is wrong")]
    WrongPassword,
    #[error("log in first")]
    NotLoggedIn,
    #[error("there is no such code")]
    NoSuchCode,
    #[error("internal error")]
    Hashing(#[from] NotHashed),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl ApiError {
    /// The error of the INSERT of a patient: the e-mail address is the only key that can be taken.
    pub(crate) fn of_insert(error: sqlx::Error) -> Self {
        match Class::of(&error) {
            Class::Constraint(Constraint::Unique) => Self::Taken,
            _ => Self::Database(error),
        }
    }
}

/// The client is sent the service's own messages. Of an error of the database it is sent the name
/// of the status only, and the log has the error if the status is 5xx.
impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Taken => StatusCode::CONFLICT,
            Self::WrongPassword | Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::NoSuchCode => StatusCode::NOT_FOUND,
            Self::Hashing(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Database(error) => StatusCode::from_u16(Class::of(error).http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        let text = match self {
            Self::Database(_) => status.canonical_reason().unwrap_or_default().to_owned(),
            error => error.to_string(),
        };
        if status.is_server_error() {
            tracing::error!(error = %self, class = ?Class::of(self), "a request failed");
        }
        HttpResponse::build(status)
            .content_type(ContentType::plaintext())
            .body(text)
    }
}
