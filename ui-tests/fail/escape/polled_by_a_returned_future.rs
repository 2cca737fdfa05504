//! A future of `poll_fn` that captures the session is returned.

use std::{future::poll_fn, task::Poll};

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<impl Future<Output = ()>, sqlx::Error> {
    Ok(poll_fn(move |_| {
        session.set_rollback_only();
        Poll::Ready(())
    }))
}

fn main() {}
