//! What ends a call: the trait for return types, and the bounds and calls with which expansions use
//! it.
use crate::error::Failure;

/// A return type that tells whether to commit.
///
/// | | commits | rolls back |
/// |---|---|---|
/// | `Result<T, E>` | `Ok`, whatever is in it: an `Ok` of a response with status 500 too | `Err` |
/// | a response, with the feature that is named after its crate: [`http`](https://docs.rs/http)'s `Response` (axum's, warp's, tower's) and `StatusCode`, `actix_web::HttpResponse`, `poem::Response`, rocket's `Response` and `Status` | statuses 1xx to 3xx | 4xx and 5xx |
///
/// A failure of the transaction itself (BEGIN or COMMIT failed, the outcome of COMMIT is unknown, a
/// timeout) becomes a response with the status of
/// [`Class::http_status`](crate::Class::http_status), and a text that says whether the request was
/// carried out and nothing of the database; the error is logged. `#[retry_on_error]` goes by what
/// the session saw, so that a deadlock is tried again whatever the body made of it.
///
/// A function that returns `impl IntoResponse` (axum's or poem's) or `impl Reply` (warp's) returns
/// what that trait makes of its value: one that holds a `Result` is judged by the status of the
/// response that it becomes.
///
/// # Examples
///
/// A response of the application's own:
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
    /// What a failure of the transaction is converted into, which has to be `From<sqlx::Error>`.
    type Error;

    /// What the `when` of `#[retry_on_error]` is asked about: the error of a `Result`, or a
    /// response itself.
    type Failed;

    /// A call that failed, which is rolled back; none to commit.
    fn failed(&self) -> Option<&Self::Failed>;

    /// The outcome of a call whose transaction failed.
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

/// An error type that a failure of the database can be converted into: every one that implements
/// `From<sqlx::Error>`, which is therefore what this bound gives to a function that is generic over
/// its error.
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

/// Refuses a return type that cannot end a call, at the place where it is written.
#[doc(hidden)]
pub const fn returns<R: Outcome<Error: HoldsDatabaseErrors>>() {}

/// [`returns`], where a function says how failures are converted.
#[doc(hidden)]
pub const fn tells<R: Outcome>() {}

/// [`returns`], for what a method of a framework returns, whose type has no name.
#[doc(hidden)]
pub const fn responds<A, R: Outcome<Error: HoldsDatabaseErrors>>(_method: fn(A) -> R) {}

/// Whether `outcome` is a failure that `when` knows.
#[doc(hidden)]
pub fn matches<R: Outcome>(outcome: &R, when: fn(&R::Failed) -> bool) -> bool {
    outcome.failed().is_some_and(when)
}

/// The response that a method of a framework makes of what the body returned.
#[doc(hidden)]
pub fn respond<T, R>(returned: Option<T>, method: fn(T) -> R) -> Option<R> {
    returned.map(method)
}

/// The outcome of a call that failed, whose error `map_err` makes.
#[doc(hidden)]
pub fn mapped<R: Outcome>(failure: Failure, map_err: fn(sqlx::Error) -> R::Error) -> R {
    R::from_error(map_err(failure.flattened()))
}
