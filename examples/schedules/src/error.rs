//! What a call can fail with, and what its client is told: a category, and nothing of the database.
use sqlx_transactional::{Class, Constraint};
use tonic::{Code, Status};

/// Why a call was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("{0}")]
    Invalid(&'static str),
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("this id belongs to a different job")]
    OtherJob,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The only place that knows the status codes of gRPC.
pub(crate) const fn told(class: Class) -> (Code, &'static str) {
    match class {
        Class::Constraint(Constraint::Unique) => (Code::AlreadyExists, "it is there already"),
        Class::Constraint(Constraint::ForeignKey) => {
            (Code::FailedPrecondition, "it refers to what does not exist")
        }
        Class::Constraint(_) => (Code::FailedPrecondition, "it contradicts what is stored"),
        Class::Serialization | Class::Deadlock => {
            (Code::Aborted, "it kept conflicting with other calls")
        }
        Class::LockTimeout
        | Class::Busy
        | Class::Connection
        | Class::PoolTimeout
        | Class::Closed => (Code::Unavailable, "come again later"),
        Class::Timeout => (Code::DeadlineExceeded, "it took too long"),
        Class::CommitUnknown => (
            Code::Unknown,
            "it is not known whether this was carried out: look before you try again",
        ),
        _ => (Code::Internal, "internal error"),
    }
}

impl From<ApiError> for Status {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Invalid(_) => Self::invalid_argument(error.to_string()),
            ApiError::NotFound(_) => Self::not_found(error.to_string()),
            ApiError::OtherJob => Self::already_exists(error.to_string()),
            ApiError::Database(error) => status(error),
        }
    }
}

/// The status of a failure of the database, or of the transaction itself.
#[expect(clippy::needless_pass_by_value, reason = "what `map_err` asks for")]
pub(crate) fn status(error: sqlx::Error) -> Status {
    let (code, text) = told(Class::of(&error));
    if matches!(
        code,
        Code::Internal | Code::Unknown | Code::Unavailable | Code::DeadlineExceeded
    ) {
        tracing::error!(%error, ?code, "a call failed");
    }
    let mut status = Status::new(code, text);
    if code == Code::Unavailable {
        // How long a client waits before it tries again, in milliseconds.
        status.metadata_mut().insert(
            "grpc-retry-pushback-ms",
            tonic::metadata::MetadataValue::from_static("1000"),
        );
    }
    status
}
