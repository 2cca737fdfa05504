//! The end of a call as a function of its return type: whether it commits, whether it is repeated,
//! and how a failure of the transaction becomes the user's error. [`Route`] makes the last choice,
//! by the conversions that the error type has.
use std::{fmt, marker::PhantomData};

use crate::{
    call::outcome::Outcome,
    error::{Error, Failure},
};

/// What an outcome means for the transaction. It has no type parameter: see `ending.rs`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) succeeded: bool,
    /// The writes of the call are kept. Also true for a failure that `commit_on` names.
    pub(crate) commits: bool,
}

/// How a call of return type `R` ends. Plain function pointers, so that expansions can copy it.
#[doc(hidden)]
pub struct Exit<R> {
    is_success: fn(&R) -> bool,
    commits: fn(&R) -> bool,
    when: fn(&R) -> bool,
    failed: fn(Failure) -> R,
}

impl<R: Outcome> Exit<R> {
    /// An exit that converts failures with `failed`, and commits only successes.
    #[must_use]
    pub fn new(failed: fn(Failure) -> R) -> Self {
        Self {
            is_success: |outcome| outcome.failed().is_none(),
            commits: |_| false,
            when: |_| false,
            failed,
        }
    }
}

impl<R> Exit<R> {
    /// The verdict on an outcome. `None` for a body that did not finish.
    pub(crate) fn verdict(self, outcome: Option<&R>) -> Option<Verdict> {
        outcome.map(|outcome| {
            let succeeded = (self.is_success)(outcome);
            Verdict {
                succeeded,
                commits: succeeded || (self.commits)(outcome),
            }
        })
    }

    /// Returns what the caller gets: the failure if there is one, otherwise the outcome.
    pub(crate) fn outcome(self, outcome: Option<R>, failure: Option<Failure>) -> R {
        match (outcome, failure) {
            (Some(outcome), None) => outcome,
            (_, failure) => self.failed(failure.unwrap_or(Error::Timeout.into())),
        }
    }

    /// Also commits the failures that `commits` accepts.
    #[must_use]
    pub fn commit_on(mut self, commits: fn(&R) -> bool) -> Self {
        self.commits = commits;
        self
    }

    /// Also repeats the failures that `when` accepts, regardless of what the session recorded.
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

/// Chooses the [`Exit`] of a return type. `(&&&Route::<R>::new()).route()` calls the method of the
/// first of [`Typed`], [`Flat`] and [`Neither`] that is implemented, because method lookup removes
/// one reference after the other.
#[doc(hidden)]
#[derive(Debug)]
pub struct Route<R>(PhantomData<fn() -> R>);

impl<R> Route<R> {
    #[expect(clippy::new_without_default, reason = "called by expansions only")]
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// The route of the type that `_method` returns. The response type of a framework's method may
    /// have no name.
    pub const fn of<A>(_method: fn(A) -> R) -> Self {
        Self(PhantomData)
    }
}

/// The error type has `From<Error>` besides `From<sqlx::Error>`, so our errors keep their type.
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

/// The error type has `From<sqlx::Error>` only, so our errors are converted into a `sqlx::Error`.
#[doc(hidden)]
pub trait Flat<R> {
    fn route(&self) -> Exit<R>;
}

impl<R: Outcome<Error: From<sqlx::Error>>> Flat<R> for &Route<R> {
    fn route(&self) -> Exit<R> {
        Exit::new(|failure| R::from_error(failure.flattened().into()))
    }
}

/// The error type has neither. [`returns`](crate::call::outcome::returns) refuses the return type;
/// this trait exists so that the compiler reports no second error.
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
    use super::{Exit, Failure, Flat as _, Route};
    use crate::call::outcome::HoldsDatabaseErrors;

    /// Has only the bound that rustc recommends for a generic error type without one.
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
