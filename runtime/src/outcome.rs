//! What ends a call: the trait for return types, and the choice of how a failure of ours becomes the user's error.
use std::{fmt, marker::PhantomData};

use crate::error::{Error, Failure};

/// A return type that tells whether to commit.
///
/// | | commits | rolls back |
/// |---|---|---|
/// | `Result<T, E>` | `Ok`, whatever is in it: an `Ok` of a response with status 500 too | `Err` |
/// | a response, with the feature that is named after its crate: [`http`](https://docs.rs/http)'s `Response` (axum's, warp's, tower's) and `StatusCode`, `actix_web::HttpResponse`, `poem::Response`, rocket's `Response` and `Status` | statuses 1xx to 3xx | 4xx and 5xx |
///
/// A failure of the transaction itself (BEGIN or COMMIT failed, the outcome of COMMIT is unknown, a timeout) becomes a response with the status of
/// [`Class::http_status`](crate::Class::http_status), and a text that says whether the request was carried out and nothing of the database; the error is
/// logged. `#[retry_on_error]` goes by what the session saw, so that a deadlock is tried again whatever the body made of it.
///
/// A function that returns `impl IntoResponse` (axum's or poem's) or `impl Reply` (warp's) returns what that trait makes of its value: one that holds a `Result` is judged by
/// the status of the response that it becomes.
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

    /// What the `when` of `#[retry_on_error]` is asked about: the error of a `Result`, or a response itself.
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

/// An error type that a failure of the database can be converted into: every one that implements `From<sqlx::Error>`, which is therefore what
/// this bound gives to a function that is generic over its error.
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

/// What an outcome asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) succeeded: bool,
    /// What the call did is to be kept.
    pub(crate) commits: bool,
}

/// How a call of return type `R` ends.
#[doc(hidden)]
pub struct Exit<R> {
    is_success: fn(&R) -> bool,
    commits: fn(&R) -> bool,
    when: fn(&R) -> bool,
    failed: fn(Failure) -> R,
}

impl<R: Outcome> Exit<R> {
    /// Failures are converted by `failed`.
    #[must_use]
    pub fn new(failed: fn(Failure) -> R) -> Self {
        Self { is_success: |outcome| outcome.failed().is_none(), commits: |_| false, when: |_| false, failed }
    }
}

impl<R> Exit<R> {
    /// None for a body that did not finish.
    pub(crate) fn verdict(self, outcome: Option<&R>) -> Option<Verdict> {
        outcome.map(|outcome| {
            let succeeded = (self.is_success)(outcome);
            Verdict { succeeded, commits: succeeded || (self.commits)(outcome) }
        })
    }

    /// What the caller gets: the outcome, unless there is a failure.
    pub(crate) fn outcome(self, outcome: Option<R>, failure: Option<Failure>) -> R {
        match (outcome, failure) {
            (Some(outcome), None) => outcome,
            (_, failure) => self.failed(failure.unwrap_or(Error::Timeout.into())),
        }
    }

    /// The failures that are to be kept as well.
    #[must_use]
    pub fn commit_on(mut self, commits: fn(&R) -> bool) -> Self {
        self.commits = commits;
        self
    }

    /// The failures that are worth another attempt, whatever the session saw.
    #[must_use]
    pub fn when(mut self, when: fn(&R) -> bool) -> Self {
        self.when = when;
        self
    }

    pub(crate) fn repeats(self, outcome: &R) -> bool {
        (self.when)(outcome)
    }

    #[must_use]
    pub fn failed(self, failure: Failure) -> R {
        (self.failed)(failure)
    }
}

impl<R> Clone for Exit<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Exit<R> {}

impl<R> fmt::Debug for Exit<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exit")
    }
}

/// Chooses the [`Exit`]: `(&&&Route::<R>::new()).route()` takes the first of [`Typed`], [`Flat`] and [`Neither`] that exists, because
/// method lookup takes off one reference after the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct Route<R>(PhantomData<fn() -> R>);

impl<R> Route<R> {
    #[expect(clippy::new_without_default, reason = "called by expansions only")]
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// For what a method of a framework returns.
    pub const fn of<A>(_method: fn(A) -> R) -> Self {
        Self(PhantomData)
    }
}

/// The error takes ours as they are.
#[doc(hidden)]
pub trait Typed<R> {
    fn route(&self) -> Exit<R>;
}

impl<R: Outcome<Error: From<sqlx::Error> + From<Error>>> Typed<R> for &&Route<R> {
    fn route(&self) -> Exit<R> {
        Exit::new(|failure| {
            R::from_error(match failure {
                Failure::Database(error) => error.into(),
                Failure::Ours(error) => error.into(),
            })
        })
    }
}

/// The error takes `sqlx::Error` only.
#[doc(hidden)]
pub trait Flat<R> {
    fn route(&self) -> Exit<R>;
}

impl<R: Outcome<Error: From<sqlx::Error>>> Flat<R> for &Route<R> {
    fn route(&self) -> Exit<R> {
        Exit::new(|failure| R::from_error(failure.flattened().into()))
    }
}

/// The return type is refused by [`returns`]; this one exists so that nothing else is reported.
#[doc(hidden)]
pub trait Neither<R> {
    fn route(&self) -> Exit<R>;
}

impl<R> Neither<R> for Route<R> {
    fn route(&self) -> Exit<R> {
        unreachable!("a program with such a return type does not compile")
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Failure, Flat as _, HoldsDatabaseErrors, Route};

    /// rustc recommends the bound to whoever has none.
    #[expect(clippy::needless_borrow, reason = "written as expansions write it")]
    fn exit<E: HoldsDatabaseErrors>() -> Exit<Result<(), E>> {
        (&&&Route::<Result<(), E>>::new()).route()
    }

    #[test]
    fn the_bound_by_its_own_name_is_enough() {
        let failed = exit::<sqlx::Error>().failed(Failure::Database(sqlx::Error::RowNotFound));
        assert!(matches!(failed, Err(sqlx::Error::RowNotFound)));
    }
}
