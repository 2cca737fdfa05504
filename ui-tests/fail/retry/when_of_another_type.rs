//! `when` is a function of another type than `fn(&E) -> bool`.

use axum::response::Response;
use sqlx::Sqlite;
use sqlx_transactional::{Outcome, Session, retry_on_error, transactional};

// case: `when` is async.
async fn asks(_: &sqlx::Error) -> bool {
    true
}

#[retry_on_error(when = asks)]
async fn when_async(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `when` takes the error by value.
fn takes(error: String) -> bool {
    error == "busy"
}

#[retry_on_error(when = takes)]
async fn when_by_value() -> Result<i64, String> {
    Err(String::from("busy"))
}

// case: `when` is a constant.
const ALWAYS: bool = true;

#[retry_on_error(when = ALWAYS)]
async fn when_of_a_constant(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `when` takes another error.
fn timed_out(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::TimedOut
}

#[retry_on_error(when = timed_out)]
#[transactional]
async fn when_of_another_error(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `when` takes the `Result`.
fn failed(result: &Result<i64, String>) -> bool {
    result.is_err()
}

#[retry_on_error(when = failed)]
async fn when_of_the_result() -> Result<i64, String> {
    Err(String::from("busy"))
}

// case: `when` takes two arguments.
fn is_busy_after(_: &sqlx::Error, _: u32) -> bool {
    true
}

#[retry_on_error(when = is_busy_after)]
async fn when_of_two_arguments(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `when` does not return a `bool`.
fn code(error: &String) -> usize {
    error.len()
}

#[retry_on_error(when = code)]
async fn when_without_an_answer() -> Result<i64, String> {
    Err(String::from("busy"))
}

// case: `when` takes an error, and the function returns a response.
fn is_busy(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::PoolTimedOut)
}

#[retry_on_error(when = is_busy)]
#[transactional]
async fn when_of_an_error(session: &mut Session<Sqlite>) -> Response {
    sqlx::query("SELECT 1")
        .execute(session)
        .await
        .map_or_else(Response::from_error, |_| Response::default())
}

fn main() {}
