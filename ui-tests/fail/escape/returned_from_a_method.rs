//! A method returns the session, for as long as `self` lives.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Repository;

impl Repository {
    #[transactional]
    async fn escape(&self, session: &mut Session<Sqlite>) -> Result<&mut Session<Sqlite>, sqlx::Error> {
        Ok(session)
    }
}

fn main() {}
