//! A session is sent to whoever waits for one.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>, sender: tokio::sync::oneshot::Sender<&'static mut Session<Sqlite>>) -> Result<(), sqlx::Error> {
    sender.send(session).ok();
    Ok(())
}

fn main() {}
