//! A savepoint cannot be deferred.

use sqlx::Postgres;
use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};

#[transactional(deferrable, nested)]
async fn transfer(session: &mut Session<Postgres, ReadOnly<Serializable>>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
