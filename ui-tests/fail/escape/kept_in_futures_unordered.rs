//! A joined call is put among the futures of the caller.

use std::pin::Pin;

use futures_util::stream::FuturesUnordered;
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>, calls: &FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send>>>) -> Result<(), sqlx::Error> {
    calls.push(Box::pin(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    }));
    Ok(())
}

fn main() {}
