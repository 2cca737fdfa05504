//! A wrapper around a database's error that puts the error into a slot when it is dropped.
//!
//! The body receives the error of its statement. If the body drops the error and returns `Ok`,
//! `RolledBack` must carry it, but a `DatabaseError` is not `Clone`. So the body receives a
//! `TrackedError`, and the session keeps the slot. All methods of `DatabaseError` and all
//! downcasts, by value too, act on the wrapped error.
use std::{
    borrow::Cow,
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::error::{DatabaseError, ErrorKind};

type Slot = Arc<Mutex<Option<Box<dyn DatabaseError>>>>;

/// Receives the error of a [`TrackedError`] when that is dropped.
pub(crate) struct ErrorSlot(Slot);

/// The error that the body receives. `None` once it was taken out by value.
pub(crate) struct TrackedError {
    error: Option<Box<dyn DatabaseError>>,
    slot: Slot,
    taken_out: TakenOut,
}

impl TrackedError {
    pub(crate) fn of(error: Box<dyn DatabaseError>) -> (Self, ErrorSlot) {
        let slot = Slot::default();
        (
            Self {
                error: Some(error),
                slot: Arc::clone(&slot),
                taken_out: TakenOut,
            },
            ErrorSlot(slot),
        )
    }

    fn error(&self) -> &dyn DatabaseError {
        self.error.as_deref().unwrap_or(&self.taken_out)
    }
}

impl ErrorSlot {
    /// Takes the error, if its `TrackedError` was dropped.
    pub(crate) fn take(&self) -> Option<Box<dyn DatabaseError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Takes the error and wraps it for the body once more.
    pub(crate) fn lend_again(&self) -> Option<TrackedError> {
        self.take().map(|error| TrackedError {
            error: Some(error),
            slot: Arc::clone(&self.0),
            taken_out: TakenOut,
        })
    }
}

impl Drop for TrackedError {
    fn drop(&mut self) {
        if let Some(error) = self.error.take() {
            *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    }
}

impl fmt::Debug for TrackedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.error(), f)
    }
}

impl fmt::Display for TrackedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.error(), f)
    }
}

impl StdError for TrackedError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error().source()
    }
}

impl DatabaseError for TrackedError {
    fn message(&self) -> &str {
        self.error().message()
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        self.error().code()
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self.error().as_error()
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        match &mut self.error {
            Some(error) => error.as_error_mut(),
            None => &mut self.taken_out,
        }
    }

    fn into_error(mut self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        match self.error.take() {
            Some(error) => error.into_error(),
            None => Box::new(TakenOut),
        }
    }

    fn is_transient_in_connect_phase(&self) -> bool {
        self.error().is_transient_in_connect_phase()
    }

    fn constraint(&self) -> Option<&str> {
        self.error().constraint()
    }

    fn table(&self) -> Option<&str> {
        self.error().table()
    }

    fn kind(&self) -> ErrorKind {
        self.error().kind()
    }
}

/// Replaces the error that was taken out by value. No caller can see it, because taking the error
/// out consumes the wrapper.
#[derive(Debug)]
struct TakenOut;

impl fmt::Display for TakenOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl StdError for TakenOut {}

impl DatabaseError for TakenOut {
    fn message(&self) -> &'static str {
        "the error was taken out"
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A database's error, as a driver of sqlx would return it.
    #[derive(Debug)]
    pub(crate) struct Refused;

    impl fmt::Display for Refused {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("refused")
        }
    }

    impl StdError for Refused {}

    impl DatabaseError for Refused {
        fn message(&self) -> &'static str {
            "refused"
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some("23505".into())
        }

        fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::UniqueViolation
        }
    }

    fn lent() -> (Box<dyn DatabaseError>, ErrorSlot) {
        let (tracked, slot) = TrackedError::of(Box::new(Refused));
        (Box::new(tracked), slot)
    }

    #[test]
    fn is_seen_through() {
        let (mut error, _home) = lent();
        assert_eq!(
            (error.message(), error.code().as_deref(), error.kind()),
            ("refused", Some("23505"), ErrorKind::UniqueViolation)
        );
        assert_eq!(format!("{error} {error:?}"), "refused Refused");
        error.downcast_ref::<Refused>();
        assert!(error.as_error_mut().is::<Refused>());
        error.downcast::<Refused>();
    }

    #[test]
    fn comes_home_when_it_is_dropped_and_not_when_it_was_taken_out() {
        let (error, slot) = lent();
        drop(error);
        assert!(
            slot.take()
                .is_some_and(|error| error.try_downcast_ref::<Refused>().is_some())
        );

        let (error, slot) = lent();
        drop(error.downcast::<Refused>());
        assert!(slot.take().is_none());
    }
}
