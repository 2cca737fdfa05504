//! A session is kept through a trait that says what it keeps.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

trait Keeps {
    type Kept;

    fn keep(&mut self, kept: Self::Kept);
}

#[transactional]
async fn escape<'a, K: Keeps<Kept = &'a mut Session<Sqlite>> + Send>(session: &mut Session<Sqlite>, keeper: &mut K) -> Result<(), sqlx::Error> {
    keeper.keep(session);
    Ok(())
}

fn main() {}
