//! A plain helper keeps the session of its caller, who returns what it got.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct UnitOfWork<'a> {
    session: &'a mut Session<Sqlite>,
}

fn unit_of_work(session: &mut Session<Sqlite>) -> UnitOfWork<'_> {
    UnitOfWork { session }
}

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<UnitOfWork<'a>, sqlx::Error> {
    Ok(unit_of_work(session))
}

fn main() {}
