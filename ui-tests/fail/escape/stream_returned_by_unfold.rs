//! A stream that runs statements later is returned.

use futures_util::stream::{self, Stream};
use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl Stream<Item = ()>, sqlx::Error> {
    Ok(stream::unfold(session, async |session| {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok()?;
        Some(((), session))
    }))
}

fn main() {}
