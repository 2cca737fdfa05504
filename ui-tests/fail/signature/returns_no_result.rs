//! The function returns neither a `Result` nor a response.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: The function returns a value that is no `Result`.
#[transactional]
async fn returns_a_plain_value(session: &mut Session<Sqlite>) -> i64 {
    sqlx::query_scalar("SELECT 1")
        .fetch_one(session)
        .await
        .unwrap_or(0)
}

// case: The function returns a reference to a result.
#[transactional]
async fn returns_a_result_by_reference(
    session: &mut Session<Sqlite>,
) -> &'static Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    &Ok(())
}

// case: The function returns an alias of something that is no result.
type Done = Option<i64>;

#[transactional]
async fn returns_an_alias_that_is_no_result(session: &mut Session<Sqlite>) -> Done {
    sqlx::query("SELECT 1").execute(session).await.ok();
    None
}

// case: The function returns an `Option`.
#[transactional]
async fn returns_an_option(session: &mut Session<Sqlite>) -> Option<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await.ok()
}

// case: A function that returns `()` is used.
mod called_without_a_result {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer(session: &mut Session<Sqlite>) -> () {
        sqlx::query("SELECT 1").execute(session).await.ok();
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await;
        Ok(())
    }
}

fn main() {}
