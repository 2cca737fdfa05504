//! A session is published in a watch channel.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>, sender: &tokio::sync::watch::Sender<Option<&'static Session<Sqlite>>>) -> Result<(), sqlx::Error> {
    sender.send(Some(session)).ok();
    Ok(())
}

fn main() {}
