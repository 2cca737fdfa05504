//! The common mistakes, in functions that are called again without a transaction.

use sqlx::SqlitePool;
use sqlx_transactional::retry_on_error;

#[retry_on_error]
pub async fn tail(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool).await?;
    Ok("one")
}

#[retry_on_error]
pub async fn question_mark(text: &str) -> Result<i64, sqlx::Error> {
    let count: i64 = text.parse()?;
    Ok(count)
}

#[retry_on_error]
pub async fn wrong_return(count: i64) -> Result<i64, sqlx::Error> {
    if count > 1 {
        return Ok("one");
    }
    Ok(1)
}

#[retry_on_error]
pub async fn use_after_move(name: String) -> Result<i64, sqlx::Error> {
    drop(name);
    Ok(name.len() as i64)
}

#[retry_on_error]
pub async fn two_borrows(mut names: Vec<i64>) -> Result<i64, sqlx::Error> {
    let (first, second) = (&mut names, &mut names);
    first.push(1);
    second.push(2);
    Ok(1)
}

#[retry_on_error]
pub async fn missing_tail(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT 1").execute(pool).await?;
}

#[retry_on_error]
pub async fn not_mut(names: Vec<i64>) -> Result<i64, sqlx::Error> {
    names.push(1);
    Ok(1)
}

#[retry_on_error]
pub async fn unknown() -> Result<i64, sqlx::Error> {
    Ok(nowhere)
}
