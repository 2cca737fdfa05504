//! A session is returned in the error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Failed<'a> {
    session: &'a mut Session<Sqlite>,
}

impl From<sqlx::Error> for Failed<'_> {
    fn from(error: sqlx::Error) -> Self {
        panic!("{error}")
    }
}

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<(), Failed<'a>> {
    Err(Failed { session })
}

fn main() {}
