//! A session is sent to somebody else.

use std::sync::mpsc::Sender;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'c>(session: &mut Session<Sqlite>, sender: &Sender<&'c mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    sender.send(session).ok();
    Ok(())
}

fn main() {}
