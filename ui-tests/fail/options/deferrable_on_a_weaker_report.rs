//! Only a serializable report can be deferred.

use sqlx::Postgres;
use sqlx_transactional::{ReadOnly, Session, transactional};

#[transactional(deferrable)]
async fn transfer(session: &mut Session<Postgres, ReadOnly>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
