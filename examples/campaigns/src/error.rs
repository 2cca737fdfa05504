//! What a request can fail with, and what its client is told, in one place and one form.
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
    /// Whether it is there already.
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

    /// What is ours is said, and of the database's that which the client can do something about.
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

/// Why it failed, for people.
#[derive(Debug, Object)]
struct Problem {
    error: String,
}

/// The answers that are no successes, as the documentation shows them.
#[derive(ApiResponse)]
enum Refusal {
    /// The request is not what is asked for.
    #[oai(status = 400)]
    Invalid(Json<Problem>),
    /// The password is wrong, or the login has ended.
    #[oai(status = 401)]
    Unauthorized(Json<Problem>),
    /// It is not there, or not yours.
    #[oai(status = 404)]
    NotFound(Json<Problem>),
    /// It contradicts what is stored, or others were faster, again and again.
    #[oai(status = 409)]
    Conflict(Json<Problem>),
    /// The service is at fault, or COMMIT was not answered: it may be stored.
    #[oai(status = 500)]
    Failed(Json<Problem>),
    /// The database is away or busy: again, in so many seconds.
    #[oai(status = 503)]
    Unavailable(Json<Problem>, #[oai(header = "retry-after")] u32),
    /// It took too long.
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

/// An error until the transaction is over, for what is tried again depends on it; documented as
/// what it becomes.
impl ApiResponse for ApiError {
    fn meta() -> MetaResponses {
        Refusal::meta()
    }

    fn register(registry: &mut Registry) {
        Refusal::register(registry);
    }
}

/// What no method has seen, in the same form.
pub(crate) async fn refused(error: poem::Error) -> Response {
    if error.is_from_response() {
        error.into_response()
    } else {
        Refusal::of(error.status(), error.to_string()).into_response()
    }
}
