//! What a request can fail with, and what its client is told. All errors have the same form.
use poem::{IntoResponse as _, Response, http::StatusCode};
use poem_openapi::{
    ApiResponse, Object,
    payload::Json,
    registry::{MetaResponses, Registry},
};
use service::NotHashed;
use sqlx_transactional::{Class, Constraint};

pub(crate) type Result<T> = std::result::Result<T, ApiError>;

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("the e-mail address or the password is wrong")]
    WrongPassword,
    #[error("log in first")]
    NotLoggedIn,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error(transparent)]
    Hashing(#[from] NotHashed),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl ApiError {
    /// Whether a unique key refused the row.
    pub(crate) fn is_taken(&self) -> bool {
        Class::of(self) == Class::Constraint(Constraint::Unique)
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::WrongPassword | Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Hashing(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Database(error) => StatusCode::from_u16(Class::of(error).http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The text for the client. Of the errors of the database it names those that the client can do
    /// something about.
    fn text(&self) -> String {
        match self {
            Self::Database(error) => match Class::of(error) {
                Class::Constraint(Constraint::Unique) => "it is there already".to_owned(),
                Class::Constraint(Constraint::ForeignKey) => "there is no such variant".to_owned(),
                _ => self
                    .status()
                    .canonical_reason()
                    .unwrap_or_default()
                    .to_owned(),
            },
            error => error.to_string(),
        }
    }
}

/// Why the request failed, in words.
#[derive(Debug, Object)]
struct Problem {
    error: String,
}

/// The error responses, as the documentation of the API shows them.
#[derive(ApiResponse)]
enum Refusal {
    /// The request does not match the schema.
    #[oai(status = 400)]
    Invalid(Json<Problem>),
    /// The password is wrong, or the login has ended.
    #[oai(status = 401)]
    Unauthorized(Json<Problem>),
    /// It does not exist, or it belongs to another account.
    #[oai(status = 404)]
    NotFound(Json<Problem>),
    /// It contradicts what is stored, or each attempt conflicted with another request.
    #[oai(status = 409)]
    Conflict(Json<Problem>),
    /// An internal error; or COMMIT was not answered, and the change may be stored.
    #[oai(status = 500)]
    Failed(Json<Problem>),
    /// The database cannot be reached or is busy. `retry-after` says when to try again, in seconds.
    #[oai(status = 503)]
    Unavailable(Json<Problem>, #[oai(header = "retry-after")] u32),
    /// The request exceeded its timeout.
    #[oai(status = 504)]
    TimedOut(Json<Problem>),
}

impl Refusal {
    fn of(status: StatusCode, error: String) -> Self {
        let problem = Json(Problem { error });
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized(problem),
            StatusCode::NOT_FOUND => Self::NotFound(problem),
            StatusCode::CONFLICT => Self::Conflict(problem),
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable(problem, 1),
            StatusCode::GATEWAY_TIMEOUT => Self::TimedOut(problem),
            status if status.is_client_error() => Self::Invalid(problem),
            _ => Self::Failed(problem),
        }
    }
}

impl From<ApiError> for poem::Error {
    fn from(error: ApiError) -> Self {
        let status = error.status();
        if status.is_server_error() {
            tracing::error!(%error, class = ?Class::of(&error), "a request failed");
        }
        Refusal::of(status, error.text()).into()
    }
}

/// A method returns an `ApiError` and not a response, because `#[retry_on_error]` reads the error.
/// The documentation shows the responses that it becomes.
impl ApiResponse for ApiError {
    fn meta() -> MetaResponses {
        Refusal::meta()
    }

    fn register(registry: &mut Registry) {
        Refusal::register(registry);
    }
}

/// The responses for requests that reach no method, in the same form.
pub(crate) async fn refused(error: poem::Error) -> Response {
    if error.is_from_response() {
        error.into_response()
    } else {
        Refusal::of(error.status(), error.to_string()).into_response()
    }
}
