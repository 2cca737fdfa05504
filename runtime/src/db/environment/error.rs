//! What is wrong with a variable, in one line.
use std::{borrow::Cow, error::Error as StdError, fmt};

/// A variable of the environment that is missing or malformed:
/// [`DbOptions::from_env`](crate::DbOptions::from_env) has it in a [`sqlx::Error::Configuration`].
///
/// One line, that names the variable and gives an example. What was found is shown only where it
/// cannot hold a password.
#[derive(PartialEq, Eq)]
pub struct EnvironmentError {
    variable: &'static str,
    problem: Cow<'static, str>,
    example: String,
}

impl EnvironmentError {
    pub(super) fn new(
        variable: &'static str,
        problem: impl Into<Cow<'static, str>>,
        example: impl Into<String>,
    ) -> Self {
        Self {
            variable,
            problem: problem.into(),
            example: example.into(),
        }
    }

    /// The name of the variable.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }
}

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` {}, for example `{}`",
            self.variable, self.problem, self.example
        )
    }
}

/// What `main` prints.
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

/// What was found, unless it may be a secret that went into the wrong variable: a whole URL, a
/// generated text.
pub(super) fn found(value: &str) -> String {
    let harmless =
        |character: char| character.is_ascii_alphanumeric() || "-+_.".contains(character);
    if value.len() <= 12 && value.chars().all(harmless) {
        format!("`{value}`")
    } else {
        "another text".to_owned()
    }
}
