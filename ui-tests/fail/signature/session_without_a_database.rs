//! The session does not say of which database it is.

use sqlx_transactional::{Session, transactional};

#[transactional]
async fn transfer(session: &mut Session) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
