//! Why a test could not run, or did not leave its database as it was: what is printed of it.
use std::{fmt, path::Path};

use crate::error::class::Class;

/// One message, for people.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    text: String,
    /// Whether what somebody else does on the same database was in the way.
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

    /// What the close of a sandbox says.
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

    /// The environment names none.
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

/// Without sqlx's name for the kind of error where the text is ours.
pub(super) fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(error) => error.to_string(),
        // sqlx would add the line of PostgreSQL's own source.
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => format!("{} ({code})", error.message()),
            None => error.message().to_owned(),
        },
        sqlx::Error::Protocol(text) | sqlx::Error::InvalidArgument(text) => text.clone(),
        error => error.to_string(),
    }
}
