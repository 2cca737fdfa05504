//! What the services in this folder share: configuration, dialects of SQL, passwords and the
//! process.

mod configuration;
mod dialect;
mod passwords;
mod process;

use std::time::{SystemTime, UNIX_EPOCH};

use rand::distr::{Alphanumeric, SampleString as _};

pub use crate::{
    configuration::{Malformed, address, listener, open, open_with, options, variable},
    dialect::Dialect,
    passwords::{NotHashed, Params, Passwords},
    process::{asked_to_end, run},
};

/// Thirty-two random letters and digits.
#[must_use]
pub fn random() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 32)
}

/// Milliseconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
