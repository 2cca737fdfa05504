//! A session is sent through a channel.

use std::{pin::Pin, sync::mpsc::Sender};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is sent through a channel of the standard library.
#[transactional]
async fn sent_through_a_channel<'c>(
    session: &mut Session<Sqlite>,
    sender: &Sender<&'c mut Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    sender.send(session).ok();
    Ok(())
}

// case: A session is sent through a oneshot channel.
#[transactional]
async fn sent_through_a_oneshot(
    session: &mut Session<Sqlite>,
    sender: tokio::sync::oneshot::Sender<&'static mut Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    sender.send(session).ok();
    Ok(())
}

// case: A session is published in a watch channel.
#[transactional]
async fn sent_through_a_watch(
    session: &mut Session<Sqlite>,
    sender: &tokio::sync::watch::Sender<Option<&'static Session<Sqlite>>>,
) -> Result<(), sqlx::Error> {
    sender.send(Some(session)).ok();
    Ok(())
}

// case: A statement is sent through a channel, to be awaited later.
#[transactional]
async fn sent_as_a_boxed_future(
    session: &mut Session<Sqlite>,
    sender: &tokio::sync::mpsc::UnboundedSender<Pin<Box<dyn Future<Output = ()> + Send>>>,
) -> Result<(), sqlx::Error> {
    sender
        .send(Box::pin(async move {
            sqlx::query("SELECT 1").execute(session).await.ok();
        }))
        .ok();
    Ok(())
}

fn main() {}
