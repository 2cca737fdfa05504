//! The error for a variable of the environment that is missing or malformed. Its message is one
//! line with an example, for the operator of a program that does not start.
use std::{error::Error as StdError, fmt};

/// A variable of the environment that is missing or malformed.
///
/// [`DbOptions::from_env`](crate::DbOptions::from_env) returns it inside a
/// [`sqlx::Error::Configuration`]. The message is one line with the variable's name and an example.
/// It never contains a malformed value, because that may be a password in the wrong variable.
#[derive(PartialEq, Eq)]
pub struct EnvironmentError {
    variable: &'static str,
    problem: String,
    example: String,
}

impl EnvironmentError {
    pub(super) fn new(variable: &'static str, problem: impl Into<String>, example: String) -> Self {
        Self {
            variable,
            problem: problem.into(),
            example,
        }
    }

    /// The example sets the variable to this value.
    pub(super) fn value(variable: &'static str, problem: impl Into<String>, value: &str) -> Self {
        Self::new(variable, problem, format!("{variable}={value}"))
    }

    /// The name of the variable.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            variable,
            problem,
            example,
        } = self;
        write!(f, "`{variable}` {problem}, for example `{example}`")
    }
}

/// The same line, because Rust prints an error of `main` with `Debug`.
impl fmt::Debug for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for EnvironmentError {}

impl From<EnvironmentError> for sqlx::Error {
    fn from(error: EnvironmentError) -> Self {
        Self::Configuration(Box::new(error))
    }
}
