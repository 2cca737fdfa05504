//! An `impl Trait` argument without `Clone`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

#[retry_on_error]
#[transactional]
async fn transfer(session: &mut Session<Sqlite>, ids: impl IntoIterator<Item = i64>) -> Result<(), sqlx::Error> {
    for id in ids {
        sqlx::query("SELECT ?").bind(id).execute(&mut *session).await?;
    }
    Ok(())
}

fn main() {}
