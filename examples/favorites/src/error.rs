//! What a request can fail with, and what its client is told: the class of the failure, and nothing
//! else of the database.
use rocket::{
    Request,
    http::{Header, Status},
    response::{Responder, Response, Result},
    serde::json::Json,
};
use serde::Serialize;
use sqlx_transactional::{Class, Constraint};

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The body of an error response.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    pub(crate) class: &'static str,
    pub(crate) error: String,
}

impl ApiError {
    fn answer(&self) -> (Status, Failure) {
        match self {
            Self::NotFound(_) => (
                Status::NotFound,
                Failure {
                    class: "not_found",
                    error: self.to_string(),
                },
            ),
            Self::Database(error) => {
                let class = Class::of(error);
                let (name, text) = told(class);
                (
                    Status::new(class.http_status()),
                    Failure {
                        class: name,
                        error: text.to_owned(),
                    },
                )
            }
        }
    }
}

/// The name and the text of a class. Classes that a client need not tell apart share a name.
const fn told(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::Constraint(Constraint::Unique) => ("constraint", "it is there already"),
        Class::Constraint(Constraint::ForeignKey) => ("constraint", "there is no such creature"),
        Class::Constraint(Constraint::Check) => ("constraint", "that is more than a user can have"),
        Class::Constraint(_) => ("constraint", "it contradicts what is stored"),
        Class::Serialization | Class::Deadlock => {
            ("conflict", "it kept conflicting with other requests")
        }
        Class::LockTimeout
        | Class::Busy
        | Class::Connection
        | Class::PoolTimeout
        | Class::Closed => ("connection", "come again later"),
        Class::Timeout => ("timeout", "it took too long"),
        Class::CommitUnknown => (
            "unknown",
            "it is not known whether this was carried out: look before you try again",
        ),
        _ => ("other", "internal error"),
    }
}

impl<'r> Responder<'r, 'static> for ApiError {
    fn respond_to(self, request: &'r Request<'_>) -> Result<'static> {
        let (status, failure) = self.answer();
        if status.class().is_server_error() {
            tracing::error!(error = %self, class = failure.class, "a request failed");
        }
        let mut response = Response::build_from(Json(failure).respond_to(request)?);
        if status == Status::ServiceUnavailable {
            response.header(Header::new("retry-after", "1"));
        }
        response.status(status).ok()
    }
}
