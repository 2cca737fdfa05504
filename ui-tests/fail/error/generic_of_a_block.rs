//! The error is a parameter of the block, without the bound.

use std::marker::PhantomData;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Repository<E>(PhantomData<E>);

impl<E: Send + Sync> Repository<E> {
    #[transactional]
    async fn transfer(&self, session: &mut Session<Sqlite>) -> Result<(), E> {
        sqlx::query("SELECT 1").execute(session).await.ok();
        Ok(())
    }
}

fn main() {}
