//! The message that is printed if a test could not run, or if its database could not be restored. A
//! failure of the test's own code is not one of these: its panic goes through unchanged.
use std::{fmt, path::Path};

use crate::error::class::Class;

/// A failure of the test's database or environment, as one message.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    text: String,
    /// Whether the cause is a conflict with another test on the same database: a deadlock or a
    /// serialization failure. The test then runs again.
    pub(super) is_conflict: bool,
}

impl Failure {
    pub(super) fn new(what: &str, why: &sqlx::Error) -> Self {
        let is_conflict = matches!(Class::of_sqlx(why), Class::Deadlock | Class::Serialization);
        Self {
            text: format!("{what}: {}", words(why)),
            is_conflict,
        }
    }

    /// The failure to close a sandbox.
    pub(super) fn of_sandbox(why: &sqlx::Error) -> Self {
        let words = words(why);
        Self::text(format!(
            "the sandbox of this test did not hold: {}",
            words
                .strip_prefix("the sandbox is over: ")
                .unwrap_or(&words)
        ))
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_conflict: false,
        }
    }

    /// The environment names no database.
    pub(super) fn no_database(why: &sqlx::Error) -> Self {
        let note = if Path::new(".env").exists() {
            "\nnote: `.env` is not read: export what is in it, with `set -a; . ./.env`"
        } else {
            ""
        };
        Self::text(format!("this test has no database: {}{note}", words(why)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text of an error, without the prefix that sqlx puts before messages of this crate.
pub(super) fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(error) => error.to_string(),
        // sqlx's text would contain the place in PostgreSQL's source code.
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => format!("{} ({code})", error.message()),
            None => error.message().to_owned(),
        },
        sqlx::Error::Protocol(text) | sqlx::Error::InvalidArgument(text) => text.clone(),
        error => error.to_string(),
    }
}
