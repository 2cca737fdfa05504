//! The options of a function's attributes. A call takes the options that the attribute omits from
//! the defaults of its `Db`, and makes the options of BEGIN of the result.
//!
//! The syntax of the attributes is the macro's; the SQL of an option is the driver's.
use std::time::Duration;

use crate::{
    db::{place::PoolOrDb, settings::Settings},
    driver::{Driver, begin::BeginOptions},
    mode::{Terms, isolation},
    retry::policy::Retry,
    transaction::task::SecondTransactions,
};

/// The options that the attribute contains. `None` and `false` stand for an option that it omits.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is written by itself, or not"
)]
pub struct Options {
    pub(super) name: &'static str,
    pub(super) timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    pub(super) nested: bool,
    requires_new: bool,
    deferrable: bool,
    relaxed: bool,
    pub(super) retry: Option<Retry>,
}

impl Options {
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            timeout: None,
            lock_timeout: None,
            nested: false,
            requires_new: false,
            deferrable: false,
            relaxed: false,
            retry: None,
        }
    }

    #[must_use]
    pub const fn timeout(mut self, nanoseconds: u64) -> Self {
        self.timeout = Some(Duration::from_nanos(nanoseconds));
        self
    }

    #[must_use]
    pub const fn lock_timeout(mut self, nanoseconds: u64) -> Self {
        self.lock_timeout = Some(Duration::from_nanos(nanoseconds));
        self
    }

    #[must_use]
    pub const fn nested(mut self) -> Self {
        self.nested = true;
        self
    }

    #[must_use]
    pub const fn requires_new(mut self) -> Self {
        self.requires_new = true;
        self
    }

    #[must_use]
    pub const fn deferrable(mut self) -> Self {
        self.deferrable = true;
        self
    }

    #[must_use]
    pub const fn relaxed(mut self) -> Self {
        self.relaxed = true;
        self
    }

    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// The options of a call that begins a transaction on a handle with these `defaults`. An option
    /// of the attribute overrides its default.
    pub(super) fn over(mut self, defaults: Option<&Settings>) -> Self {
        if let Some(defaults) = defaults {
            self.timeout = self.timeout.or(defaults.timeout);
            self.lock_timeout = self.lock_timeout.or(defaults.lock_timeout);
        }
        self
    }

    /// What happens if the task already holds a transaction on the same pool.
    pub(super) fn second<DB: Driver>(&self, place: &PoolOrDb<DB>) -> SecondTransactions {
        if self.requires_new {
            SecondTransactions::Allow
        } else {
            place.second_transactions()
        }
    }

    pub(super) fn opening<K: Terms>(&self) -> BeginOptions {
        let Self {
            timeout,
            lock_timeout,
            deferrable,
            relaxed,
            retry,
            ..
        } = *self;
        BeginOptions {
            isolation: isolation(K::LEVEL),
            writes: K::WRITES,
            timeout,
            lock_timeout,
            deferrable,
            relaxed,
            resolvable: K::WRITES && retry.is_some_and(|retry| retry.exactly_once),
            #[cfg(feature = "test")]
            enclosed: false,
        }
    }
}
