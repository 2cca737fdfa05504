//! A statement is sent to somebody who will await it later.

use std::pin::Pin;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>, sender: &tokio::sync::mpsc::UnboundedSender<Pin<Box<dyn Future<Output = ()> + Send>>>) -> Result<(), sqlx::Error> {
    sender
        .send(Box::pin(async move {
            sqlx::query("SELECT 1").execute(session).await.ok();
        }))
        .ok();
    Ok(())
}

fn main() {}
