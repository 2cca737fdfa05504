//! [`Outcome`], the trait of the return types of transactional functions, and the bounds and
//! functions through which expansions use it. `response/` implements it for the responses of web
//! frameworks. How errors are converted is chosen in `exit.rs`.
use crate::error::Failure;

/// The return type of a transactional function. Its value tells whether the transaction commits.
///
/// | | commits | rolls back |
/// |---|---|---|
/// | `Result<T, E>` | `Ok`, even if it holds a response with status 500 | `Err` |
/// | a response, with the feature that is named after its crate: [`http`](https://docs.rs/http)'s `Response` (axum's, warp's, tower's) and `StatusCode`, `actix_web::HttpResponse`, `poem::Response`, rocket's `Response` and `Status` | statuses 1xx to 3xx | 4xx and 5xx |
///
/// The transaction itself can fail: BEGIN or COMMIT fails, the outcome of COMMIT is unknown, or a
/// timeout passes. A function that returns a response then returns one with the status of
/// [`Class::http_status`](crate::Class::http_status). Its text says whether the request was carried
/// out, and nothing about the database. The error is logged.
///
/// `#[retry_on_error]` decides by the failure that the session recorded. So a deadlock is tried
/// again even if the body turned it into another error or a response.
///
/// A function can also return `impl IntoResponse` (axum, poem) or `impl Reply` (warp). It returns
/// the response that this trait makes of the value, and the status of that response decides. This
/// also holds for a value that contains a `Result`.
///
/// # Examples
///
/// A response type of the application:
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use sqlx::Sqlite;
/// use sqlx_transactional::{Class, Db, Outcome, Session, transactional};
///
/// #[derive(Debug, PartialEq)]
/// enum ApiResponse {
///     Created(i64),
///     Taken,
///     Failed(u16),
/// }
///
/// impl Outcome for ApiResponse {
///     type Error = sqlx::Error;
///     type Failed = Self;
///
///     fn failed(&self) -> Option<&Self> {
///         (!matches!(self, Self::Created(_))).then_some(self)
///     }
///
///     fn from_error(error: sqlx::Error) -> Self {
///         Self::Failed(Class::of(&error).http_status())
///     }
/// }
///
/// #[transactional]
/// async fn register(session: &mut Session<Sqlite>, name: &str) -> ApiResponse {
///     match sqlx::query("INSERT INTO users (name) VALUES (?)").bind(name).execute(session).await {
///         Ok(done) => ApiResponse::Created(done.last_insert_rowid()),
///         Err(error) if error.as_database_error().is_some_and(|error| error.is_unique_violation()) => ApiResponse::Taken,
///         Err(error) => ApiResponse::from_error(error),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
/// sqlx::query("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE)").execute(db.pool()).await?;
/// assert_eq!(register(&db, "ada").await, ApiResponse::Created(1));
/// assert_eq!(register(&db, "ada").await, ApiResponse::Taken);
/// db.pool().close().await;
/// assert_eq!(register(&db, "bob").await, ApiResponse::Failed(503));
/// # Ok(())
/// # }
/// # main().unwrap();
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "a transactional function returns a `Result` or a response, this one returns `{Self}`",
    label = "does not tell whether to commit or to roll back",
    note = "`Ok` commits, `Err` rolls back: return `Result<_, E>` with an `E` that implements `From<sqlx::Error>`, such as `sqlx::Error` itself",
    note = "a response commits unless its status is 4xx or 5xx: axum's needs the feature `http` of `sqlx-transactional`, others `actix-web`, `poem` or `rocket`",
    note = "for a type of your own, implement `sqlx_transactional::Outcome`"
)]
pub trait Outcome: Sized {
    /// The type that a failure of the transaction is converted into. It must implement
    /// `From<sqlx::Error>`, unless the attribute has `map_err`.
    type Error;

    /// The type that the `when` function of `#[retry_on_error]` gets a reference to: the error of a
    /// `Result`, or the response itself.
    type Failed;

    /// Returns the failure of the call, which is then rolled back. `None` commits.
    fn failed(&self) -> Option<&Self::Failed>;

    /// Makes the value that a call returns after its transaction failed.
    fn from_error(error: Self::Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E> Outcome for Result<T, E> {
    type Error = E;
    type Failed = E;

    fn failed(&self) -> Option<&E> {
        self.as_ref().err()
    }

    fn from_error(error: E) -> Self {
        Err(error)
    }
}

/// An error type that a database error can be converted into. Every type that implements
/// `From<sqlx::Error>` has it. A function that is generic over its error gets `From<sqlx::Error>`
/// from this bound.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a database error",
    label = "needs `From<sqlx::Error>`",
    note = "BEGIN and COMMIT can fail, and their error is returned from the function",
    note = "implement `From<sqlx::Error>` for an error type of your own: with thiserror, a variant that holds `#[from] sqlx::Error`",
    note = "or return one that has it: `sqlx::Error`, `anyhow::Error`, `Box<dyn std::error::Error + Send + Sync>`",
    note = "or say how it is made: `#[transactional(map_err = to_error)]`, with a function that takes a `sqlx::Error`"
)]
pub trait HoldsDatabaseErrors: From<sqlx::Error> {}

#[diagnostic::do_not_recommend]
impl<E: From<sqlx::Error>> HoldsDatabaseErrors for E {}

/// Makes the compiler check the return type once, and report it where the user wrote it.
#[doc(hidden)]
pub const fn returns<R: Outcome<Error: HoldsDatabaseErrors>>() {}

/// [`returns`] for a function with `map_err`, which converts the errors itself.
#[doc(hidden)]
pub const fn tells<R: Outcome>() {}

/// [`returns`] for the return type of a framework's method. Expansions cannot name that type.
#[doc(hidden)]
pub const fn responds<A, R: Outcome<Error: HoldsDatabaseErrors>>(_method: fn(A) -> R) {}

/// Whether `outcome` is a failure that `when` accepts.
#[doc(hidden)]
pub fn matches<R: Outcome>(outcome: &R, when: fn(&R::Failed) -> bool) -> bool {
    outcome.failed().is_some_and(when)
}

/// Makes the response of the body's value, with the method of a framework.
#[doc(hidden)]
pub fn respond<T, R>(returned: Option<T>, method: fn(T) -> R) -> Option<R> {
    returned.map(method)
}

/// Makes the value that a call returns after a failure, with the user's `map_err`.
#[doc(hidden)]
pub fn mapped<R: Outcome>(failure: Failure, map_err: fn(sqlx::Error) -> R::Error) -> R {
    R::from_error(map_err(failure.flattened()))
}
