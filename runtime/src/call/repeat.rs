//! `#[retry_on_error]` on a function without a transaction. No session records the failure, so the
//! decision depends on the error that the function returns. The pauses come from [`crate::retry`].
//! There is no retry budget, because there is no pool that could keep one.
#![expect(
    missing_docs,
    reason = "for expansions, not for people; re-exported as doc(hidden)"
)]

use std::{
    error::Error as StdError,
    fmt,
    marker::PhantomData,
    ops::{ControlFlow, Deref},
};

use tokio::time::sleep;

use crate::{
    call::outcome::Outcome,
    error::class::Class,
    retry::{
        Attempts, Pause,
        policy::{Retry, RetryPolicy},
    },
};

/// Makes the compiler check the return type once, and report it where the user wrote it.
pub const fn repeats<R: Repeatable>() {}

/// Every [`Outcome`]. A trait of its own, because the compiler's message must not mention a
/// transaction.
#[diagnostic::on_unimplemented(
    message = "a function that is called again returns a `Result` or a response, this one returns `{Self}`",
    label = "does not tell whether the call failed",
    note = "an `Err`, or a status of 4xx or 5xx that `when` knows, is what `#[retry_on_error]` calls it again on"
)]
pub trait Repeatable {}

#[diagnostic::do_not_recommend]
impl<R: Outcome> Repeatable for R {}

/// The attempts of one call, until it succeeds or gives up.
#[derive(Debug)]
pub struct Calls<R> {
    name: &'static str,
    retry: Retry,
    attempts: Attempts,
    look: Look<R>,
}

impl<R> Calls<R> {
    #[must_use]
    pub fn new(name: &'static str, retry: Retry, look: Look<R>) -> Self {
        Self {
            name,
            retry,
            attempts: Attempts::new(retry.over(RetryPolicy::new())),
            look,
        }
    }

    /// Breaks with the outcome to return, or continues when the next attempt is due.
    ///
    /// # Cancellation
    /// Nothing is held during the pause.
    pub async fn after(&mut self, outcome: R) -> ControlFlow<R> {
        let class = (self.look.class)(&outcome);
        let again =
            class.is_some_and(|class| self.retry.repeats(class)) || (self.look.when)(&outcome);
        let Some(Pause::Sleep(delay)) = again.then(|| self.attempts.next(false)).flatten() else {
            return ControlFlow::Break(outcome);
        };
        // Dropped before the pause, so that resources that the value owns are free meanwhile.
        drop(outcome);
        tracing::debug!(
            function = self.name,
            attempt = self.attempts.number,
            ?delay,
            "failed, and is called again after the delay"
        );
        sleep(delay).await;
        ControlFlow::Continue(())
    }
}

/// How an outcome is inspected: functions that read the class of its error, and the user's `when`.
pub struct Look<R> {
    /// The class of the error. `None` for a success, and for an error that cannot be inspected.
    class: fn(&R) -> Option<Class>,
    when: fn(&R) -> bool,
}

impl<R> Look<R> {
    const fn new(class: fn(&R) -> Option<Class>) -> Self {
        Self {
            class,
            when: |_| false,
        }
    }

    /// Also repeats the outcomes that `when` accepts.
    #[must_use]
    pub fn when(mut self, when: fn(&R) -> bool) -> Self {
        self.when = when;
        self
    }
}

impl<R> fmt::Debug for Look<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Look")
    }
}

/// Chooses the [`Look`] of a return type. `(&&&&Sight::<R>::new()).look()` calls the method of the
/// first of [`Chain`], [`Inside`], [`Opaque`] or [`Refused`], and [`Unfit`] that is implemented,
/// because method lookup removes one reference after the other. Of [`Opaque`] and [`Refused`], the
/// expansion imports one: [`Opaque`] if the attribute has `when`.
#[derive(Debug)]
pub struct Sight<R>(PhantomData<fn() -> R>);

impl<R> Sight<R> {
    #[expect(clippy::new_without_default, reason = "called by expansions only")]
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The error implements `std::error::Error`, so its chain of sources can be searched.
pub trait Chain<R> {
    fn look(&self) -> Look<R>;
}

impl<R: Outcome<Failed: StdError + 'static>> Chain<R> for &&&Sight<R> {
    fn look(&self) -> Look<R> {
        Look::new(|outcome| outcome.failed().map(|error| Class::of(error)))
    }
}

/// The error dereferences to a `dyn Error`: `anyhow::Error`, `Box<dyn Error>`.
pub trait Inside<R> {
    fn look(&self) -> Look<R>;
}

impl<R: Outcome<Failed: Deref<Target: Links>>> Inside<R> for &&Sight<R> {
    fn look(&self) -> Look<R> {
        Look::new(|outcome| outcome.failed().map(|error| Class::of(error.link())))
    }
}

/// The trait objects that are the first link of a chain of sources.
pub trait Links {
    fn link(&self) -> &(dyn StdError + 'static);
}

impl Links for dyn StdError + 'static {
    fn link(&self) -> &(dyn StdError + 'static) {
        self
    }
}

impl Links for dyn StdError + Send + 'static {
    fn link(&self) -> &(dyn StdError + 'static) {
        self
    }
}

impl Links for dyn StdError + Send + Sync + 'static {
    fn link(&self) -> &(dyn StdError + 'static) {
        self
    }
}

/// The error cannot be inspected, and `when` decides alone.
pub trait Opaque<R> {
    fn look(&self) -> Look<R>;
}

impl<R> Opaque<R> for &Sight<R> {
    fn look(&self) -> Look<R> {
        Look::new(|_| None)
    }
}

/// The error cannot be inspected, and there is no `when`, so the method does not compile. Its bound
/// is on the method, so that the compiler reports this bound. The bound names [`ThisError`] and not
/// the user's type, or rustc would advise to implement the trait for that type.
pub trait Refused<R> {
    type Error;

    fn look(&self) -> Look<R>
    where
        Self::Error: TellsItsReason,
    {
        Look::new(|_| None)
    }
}

impl<R: Outcome> Refused<R> for &Sight<R> {
    type Error = ThisError;
}

/// Implemented for no type: it only carries the message below. [`Chain`] and [`Inside`] handle the
/// errors that can be inspected.
#[diagnostic::on_unimplemented(
    message = "this error does not tell whether another attempt is worth it",
    label = "not a `std::error::Error`, in whose sources an error of the database could be found",
    note = "say it yourself: `#[retry_on_error(when = is_temporary)]`, with a function that takes a reference to the error and returns a `bool`",
    note = "or implement `std::error::Error` for it"
)]
pub trait TellsItsReason {}

/// Stands for the user's error type in the compiler's message.
#[derive(Debug)]
pub struct ThisError;

/// The return type is not an [`Outcome`]. [`repeats`] refuses it; this trait exists so that the
/// compiler reports no second error.
pub trait Unfit<R> {
    fn look(&self) -> Look<R>;
}

impl<R> Unfit<R> for Sight<R> {
    fn look(&self) -> Look<R> {
        Look::new(|_| None)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    // Not `super::*`: the methods of `Opaque` and `Refused` would be ambiguous.
    use super::{Calls, Class, Retry, Sight, StdError};
    use crate::error::{Error, NoAnswer};

    fn lost() -> sqlx::Error {
        sqlx::Error::Io(io::ErrorKind::ConnectionReset.into())
    }

    type Boxed = Box<dyn StdError + Send + Sync>;

    #[expect(clippy::needless_borrow, reason = "written as expansions write it")]
    #[test]
    fn errors_are_looked_into_where_they_can_be() {
        use super::{Chain as _, Inside as _, Opaque as _};

        let plain = (&&&&Sight::<Result<(), sqlx::Error>>::new()).look();
        assert_eq!((plain.class)(&Err(lost())), Some(Class::Connection));
        assert_eq!((plain.class)(&Ok(())), None);
        let boxed = (&&&&Sight::<Result<(), Boxed>>::new()).look();
        assert_eq!((boxed.class)(&Err(lost().into())), Some(Class::Connection));
        let opaque = (&&&&Sight::<Result<(), String>>::new()).look();
        assert_eq!((opaque.class)(&Err("40001".into())), None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_commit_is_repeated_only_where_that_does_no_harm() {
        use super::Chain as _;

        let unknown = || {
            Err::<(), _>(Error::CommitUnknown {
                source: NoAnswer(lost()),
            })
        };
        for (policy, again) in [(Retry::new(), false), (Retry::new().idempotent(), true)] {
            let mut calls = Calls::new(
                "call",
                policy,
                (&&&&Sight::<Result<(), Error>>::new()).look(),
            );
            assert_eq!(calls.after(unknown()).await.is_continue(), again);
        }
    }
}
