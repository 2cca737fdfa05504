//! A unit of work that borrows the session is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct UnitOfWork<'a> {
    session: &'a mut Session<Sqlite>,
}

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<UnitOfWork<'a>, sqlx::Error> {
    Ok(UnitOfWork { session })
}

fn main() {}
