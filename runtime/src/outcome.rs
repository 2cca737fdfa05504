//! What ends a call: the trait for return types, and the choice of how a failure of ours becomes the user's error.
use std::{fmt, marker::PhantomData};

use crate::error::{Error, Failure};

/// A return type that tells whether to commit.
///
/// Implemented for `Result<T, E>`: `Ok` commits, `Err` rolls back.
#[diagnostic::on_unimplemented(
    message = "a transactional function must return a `Result`, this one returns `{Self}`",
    label = "does not tell whether to commit or to roll back",
    note = "`Ok` commits, `Err` rolls back: return `Result<_, E>` with an `E` that implements `From<sqlx::Error>`, such as `sqlx::Error` itself"
)]
pub trait Outcome: Sized {
    /// What a failure of the transaction is converted into.
    type Error;

    /// Whether the transaction is to be committed.
    fn is_success(&self) -> bool;

    /// The error of a call that failed.
    fn error(&self) -> Option<&Self::Error>;

    /// The outcome of a call whose transaction failed.
    fn from_error(error: Self::Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E> Outcome for Result<T, E> {
    type Error = E;

    fn is_success(&self) -> bool {
        self.is_ok()
    }

    fn error(&self) -> Option<&E> {
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
    note = "or return one that has it: `sqlx::Error`, `anyhow::Error`, `Box<dyn std::error::Error + Send + Sync>`"
)]
pub trait HoldsDatabaseErrors: From<sqlx::Error> {}

#[diagnostic::do_not_recommend]
impl<E: From<sqlx::Error>> HoldsDatabaseErrors for E {}

/// Refuses a return type that cannot end a call, at the place where it is written.
#[doc(hidden)]
pub const fn returns<R: Outcome<Error: HoldsDatabaseErrors>>() {}

/// Whether `outcome` is a failure that `when` knows.
#[doc(hidden)]
pub fn matches<R: Outcome>(outcome: &R, when: fn(&R::Error) -> bool) -> bool {
    outcome.error().is_some_and(when)
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

impl<R> Exit<R> {
    fn new(is_success: fn(&R) -> bool, failed: fn(Failure) -> R) -> Self {
        Self { is_success, commits: |_| false, when: |_| false, failed }
    }

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
}

/// The error takes ours as they are.
#[doc(hidden)]
pub trait Typed<R> {
    fn route(&self) -> Exit<R>;
}

impl<R: Outcome<Error: From<sqlx::Error> + From<Error>>> Typed<R> for &&Route<R> {
    fn route(&self) -> Exit<R> {
        Exit::new(R::is_success, |failure| {
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
        Exit::new(R::is_success, |failure| {
            R::from_error(match failure {
                Failure::Database(error) => error.into(),
                Failure::Ours(error) => sqlx::Error::from(error).into(),
            })
        })
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
