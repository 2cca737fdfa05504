//! Error types as applications have them, which keep more or less of the database's error. Also two
//! ways in which a retry can decide by the error alone.

use std::error::Error;

use sqlx::error::DatabaseError;

use crate::accounts::code;

/// Says what the application was doing, and drops the database's error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Dropped {
    #[error("the transfer failed")]
    Transfer,
}

impl From<sqlx::Error> for Dropped {
    fn from(_: sqlx::Error) -> Self {
        Self::Transfer
    }
}

/// Forwards to the source of the error inside, so the chain does not contain that error itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Transparent {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Keeps only a text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Text(String);

impl From<sqlx::Error> for Text {
    fn from(error: sqlx::Error) -> Self {
        Self(error.to_string())
    }
}

/// The usual boxed error.
pub(crate) type Boxed = Box<dyn Error + Send + Sync>;

/// The links of an error's chain, beginning with the error itself.
pub(crate) fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Whether a retry that searches the chain for the class repeats the call.
pub(crate) fn by_chain(error: &(dyn Error + 'static)) -> bool {
    let found = chain(error).find_map(|link| link.downcast_ref::<sqlx::Error>());
    found.is_some_and(|error| {
        error.as_database_error().is_some() && ["40001", "5"].contains(&code(error).as_str())
    })
}

/// Whether a retry that searches the message repeats the call.
pub(crate) fn by_text(error: &(dyn Error + 'static)) -> bool {
    let text = error.to_string();
    ["40001", "could not serialize", "Deadlock", "locked"]
        .iter()
        .any(|words| text.contains(words))
}

/// Whether a link is the database error itself, of this type or in its box.
pub(crate) fn holds<E: DatabaseError>(error: &(dyn Error + 'static)) -> (bool, bool) {
    (
        chain(error).any(<dyn Error>::is::<E>),
        chain(error).any(<dyn Error>::is::<Box<dyn DatabaseError>>),
    )
}
