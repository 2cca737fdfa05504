//! MySQL cannot be told to acknowledge a COMMIT early.

use sqlx::MySql;
use sqlx_transactional::{Session, transactional};

#[transactional(durability = relaxed)]
async fn transfer(session: &mut Session<MySql>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
