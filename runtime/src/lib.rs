#![cfg_attr(all(feature = "sqlite", feature = "postgres"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "sqlite", feature = "postgres")),
    doc = "Async functions that run in a database transaction, over sqlx; see the README."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(any(feature = "postgres", feature = "mysql", feature = "sqlite")),
    allow(
        dead_code,
        unused_macros,
        reason = "without a driver, most of what drivers share has no user"
    )
)]

mod cause;
mod class;
mod connection;
mod db;
mod driver;
mod effect;
mod error;
mod exit;
mod health;
mod held;
mod home;
mod hooks;
mod levels;
mod loan;
pub mod mode;
mod open;
mod outcome;
#[cfg(any(
    feature = "http",
    feature = "actix-web",
    feature = "poem",
    feature = "rocket"
))]
mod response;
mod retry;
mod run;
mod sandbox;
mod session;
mod source;
mod sql;
#[cfg(feature = "test")]
mod testing;
mod transaction;
mod uncancelled;
mod watch;

#[cfg(feature = "mysql")]
pub use crate::driver::MYSQL_LEDGER;
#[cfg(feature = "test")]
pub use sqlx_transactional_macros::test;
pub use sqlx_transactional_macros::{retry_on_error, transactional, transactional_methods};

pub use crate::{
    cause::Cause,
    class::{Class, Constraint},
    db::{
        CloseReport, Db, DbOptions, EnvironmentError, Health, MalformedToken, PoolHealth,
        PoolStats, Role, Stats, Status, Token,
    },
    driver::Driver,
    error::{Error, NoAnswer},
    held::SecondTransactions,
    mode::{ReadCommitted, ReadOnly, ReadWrite, RepeatableRead, Serializable},
    outcome::{HoldsDatabaseErrors, Outcome},
    retry::{RetryBudget, RetryPolicy},
    sandbox::{Fault, FaultAt, Sandbox},
    session::Session,
    source::{Begin, Source},
};

/// What the expansions call. Not for use by hand: nothing here is covered by semantic versioning.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "test")]
    pub use crate::testing::{FromClone, FromSandbox, Test};
    pub use crate::{
        driver::{deferrable, relaxed},
        error::Failure,
        exit::{Exit, Flat, Neither, Route, Typed},
        held::{Scope, inside},
        mode::{Level, Terms},
        outcome::{mapped, matches, respond, responds, returns, tells},
        retry::{
            Calls, Chain, Inside, Look, Opaque, Refused, Repeatable, Retry, Sight, TellsItsReason,
            ThisError, Unfit, clone_for_attempt, repeats,
        },
        run::{Deadline, Options, Run, within},
        session::Parts,
        source::Origin,
    };
}
