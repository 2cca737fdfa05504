//! A `?` puts the session into the error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Failed<'a>(Option<&'a mut Session<Sqlite>>);

impl From<sqlx::Error> for Failed<'_> {
    fn from(_: sqlx::Error) -> Self {
        Self(None)
    }
}

impl<'a> From<&'a mut Session<Sqlite>> for Failed<'a> {
    fn from(session: &'a mut Session<Sqlite>) -> Self {
        Self(Some(session))
    }
}

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<(), Failed<'a>> {
    Err(session)?
}

fn main() {}
