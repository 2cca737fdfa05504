//! A connection is passed through a `&mut`.

use sqlx::SqliteConnection;
use sqlx_transactional::retry_on_error;

#[retry_on_error]
async fn count(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT 1").fetch_one(connection).await
}

fn main() {}
