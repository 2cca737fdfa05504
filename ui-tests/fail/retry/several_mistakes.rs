//! One build shows everything that is wrong with a function.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error(attempts = 0, retries = 3)]
#[transactional(timeout = "soon")]
async fn transfer(session: &mut Session<Sqlite>, out: &mut Vec<i64>, (ref mut first, _): (i64, i64)) -> Result<(), sqlx::Error> {
    out.push(*first);
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

fn main() {}
