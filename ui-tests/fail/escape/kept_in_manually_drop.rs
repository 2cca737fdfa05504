//! A session is moved into `ManuallyDrop`.

use std::mem::ManuallyDrop;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _ = ManuallyDrop::new(*session);
    Ok(())
}

fn main() {}
