//! How a call of some return type ends, and the choice of how a failure of ours becomes the user's
//! error.
use std::{fmt, marker::PhantomData};

use crate::{
    call::outcome::Outcome,
    error::{Error, Failure},
};

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
        Self {
            is_success: |outcome| outcome.failed().is_none(),
            commits: |_| false,
            when: |_| false,
            failed,
        }
    }
}

impl<R> Exit<R> {
    /// None for a body that did not finish.
    pub(crate) fn verdict(self, outcome: Option<&R>) -> Option<Verdict> {
        outcome.map(|outcome| {
            let succeeded = (self.is_success)(outcome);
            Verdict {
                succeeded,
                commits: succeeded || (self.commits)(outcome),
            }
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

/// Chooses the [`Exit`]: `(&&&Route::<R>::new()).route()` takes the first of [`Typed`], [`Flat`]
/// and [`Neither`] that exists, because method lookup takes off one reference after the other.
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

/// The return type is refused by [`returns`](crate::outcome::returns); this one exists so that
/// nothing else is reported.
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
