//! The connection is returned.

use sqlx::{Sqlite, SqliteConnection};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<&'a mut SqliteConnection, sqlx::Error> {
    session.connection().await
}

fn main() {}
