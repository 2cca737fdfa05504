//! The connection is kept by the caller.

use sqlx::{Sqlite, SqliteConnection};
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, place: &mut Option<&'a mut SqliteConnection>) -> Result<(), sqlx::Error> {
    *place = Some(session.connection().await?);
    Ok(())
}

fn main() {}
