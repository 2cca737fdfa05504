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

mod call;
mod db;
mod driver;
mod error;
pub mod mode;
mod retry;
mod session;
mod sql;
#[cfg(feature = "test")]
mod testing;
mod transaction;

#[cfg(feature = "mysql")]
pub use crate::driver::mysql::ledger::MYSQL_LEDGER;
#[cfg(feature = "test")]
pub use crate::{
    driver::testing::fault::{Fault, FaultAt},
    testing::sandbox::Sandbox,
};
#[cfg(feature = "test")]
pub use sqlx_transactional_macros::test;
pub use sqlx_transactional_macros::{retry_on_error, transactional, transactional_methods};

pub use crate::{
    call::outcome::{HoldsDatabaseErrors, Outcome},
    db::{
        Db,
        closing::CloseReport,
        environment::error::EnvironmentError,
        health::{Health, PoolHealth, Role, Status},
        options::DbOptions,
        stats::{PoolStats, Stats},
    },
    driver::{
        Driver,
        position::{MalformedToken, Token},
    },
    error::{
        Error, NoAnswer,
        cause::Cause,
        class::{Class, Constraint},
    },
    mode::{ReadCommitted, ReadOnly, ReadWrite, RepeatableRead, Serializable},
    retry::{budget::RetryBudget, policy::RetryPolicy},
    session::{
        Session,
        source::{Begin, Source},
    },
    transaction::task::SecondTransactions,
};

/// The items that the attributes' expansions name. They are not part of the public interface, and
/// may change in any release.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "test")]
    pub use crate::testing::{
        parameter::{FromClone, FromSandbox},
        test::Test,
    };
    pub use crate::{
        call::{
            Run,
            deadline::{Deadline, within},
            exit::{Exit, Flat, Neither, Route, Typed},
            options::Options,
            outcome::{mapped, matches, respond, responds, returns, tells},
            repeat::{
                Calls, Chain, Inside, Look, Opaque, Refused, Repeatable, Sight, TellsItsReason,
                ThisError, Unfit, repeats,
            },
        },
        driver::{deferrable, relaxed},
        error::Failure,
        mode::{Level, Terms},
        retry::{clone_for_attempt, policy::Retry},
        session::{Parts, source::Origin},
        transaction::task::{Scope, inside},
    };
}
