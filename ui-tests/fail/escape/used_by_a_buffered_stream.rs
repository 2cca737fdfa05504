//! A stream runs several statements at once.

use futures_util::{StreamExt as _, stream};
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    stream::iter(0..3)
        .map(|_| sqlx::query("SELECT 1").execute(&mut *session))
        .buffer_unordered(3)
        .collect::<Vec<_>>()
        .await;
    Ok(())
}

fn main() {}
