//! The methods that a transaction of sqlx has and a session does not: `begin`, `commit`,
//! `rollback`. They exist for their compile errors, which say what to do instead. Without them
//! rustc would suggest `after_commit` for `commit`.
use std::future::{Ready, ready};

use crate::{driver::Driver, session::Session};

impl<DB: Driver, M: ?Sized> Session<DB, M> {
    #[doc(hidden)]
    pub fn begin(&mut self) -> Ready<Result<&mut Self, sqlx::Error>>
    where
        M: BegunByHand,
    {
        ready(Ok(self))
    }

    #[doc(hidden)]
    pub fn commit(&mut self) -> Ready<Result<(), sqlx::Error>>
    where
        M: CommittedByHand,
    {
        ready(Ok(()))
    }

    #[doc(hidden)]
    pub fn rollback(&mut self) -> Ready<Result<(), sqlx::Error>>
    where
        M: RolledBackByHand,
    {
        ready(Ok(()))
    }
}

/// Implemented by no type, so that each call is the error below.
#[diagnostic::on_unimplemented(
    message = "a session is in a transaction already",
    label = "call a function with `#[transactional(nested)]`: it runs in a savepoint"
)]
pub trait BegunByHand {}

/// Implemented by no type, so that each call is the error below.
#[diagnostic::on_unimplemented(
    message = "a session is not committed by hand",
    label = "return `Ok`: the function that began the transaction then commits it"
)]
pub trait CommittedByHand {}

/// Implemented by no type, so that each call is the error below.
#[diagnostic::on_unimplemented(
    message = "a session is not rolled back by hand",
    label = "return an `Err`, or call `session.set_rollback_only()` and return `Ok`"
)]
pub trait RolledBackByHand {}
