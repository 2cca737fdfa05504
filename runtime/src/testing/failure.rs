//! Why a test could not run, or did not leave its database as it was: what is printed of it.
use std::{fmt, path::Path};

/// One message, for people.
#[derive(Debug, Clone)]
pub(super) struct Failure(String);

impl Failure {
    pub(super) fn new(what: &str, why: &sqlx::Error) -> Self {
        Self(format!("{what}: {}", words(why)))
    }

    /// What the close of a sandbox says.
    pub(super) fn of_sandbox(why: &sqlx::Error) -> Self {
        let words = words(why);
        Self(format!("the sandbox of this test did not hold: {}", words.strip_prefix("the sandbox is over: ").unwrap_or(&words)))
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The environment names none.
    pub(super) fn no_database(why: &sqlx::Error) -> Self {
        let note = if Path::new(".env").exists() { "\nnote: `.env` is not read: export what is in it, with `set -a; . ./.env`" } else { "" };
        Self(format!("this test has no database: {}{note}", words(why)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
