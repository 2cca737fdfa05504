//! The connection is moved out of its reference.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _connection = *session.connection().await?;
    Ok(())
}

fn main() {}
