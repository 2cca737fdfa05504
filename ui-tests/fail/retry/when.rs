//! `when` is the path of a function.

use sqlx_transactional::retry_on_error;

fn is_busy(_: &sqlx::Error) -> bool {
    true
}

// case: `when` is a closure.
#[retry_on_error(when = |error| error == "busy")]
async fn when_as_a_closure() -> Result<i64, String> {
    Err(String::from("busy"))
}

// case: `when` is a string.
#[retry_on_error(when = "is_busy")]
async fn when_as_a_string(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `when` is a call.
#[retry_on_error(when = is_busy())]
async fn when_called(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `when` has the name of an argument.
#[retry_on_error(when = is_busy)]
async fn when_shadowed(is_busy: String) -> Result<(), sqlx::Error> {
    println!("{is_busy}");
    Ok(())
}

// case: `when` has no value.
#[retry_on_error(when)]
async fn when_without_a_value(name: String) -> Result<(), sqlx::Error> {
    println!("{name}");
    Ok(())
}

// case: `when` has the name of what a pattern binds.
#[retry_on_error(when = busy)]
async fn when_shadowed_by_a_pattern((busy, id): (bool, i64)) -> Result<(), sqlx::Error> {
    println!("{busy} {id}");
    Ok(())
}

fn main() {}
