//! The function is not a plain `async fn`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: The function is not async.
#[transactional]
fn not_async(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    println!("{session:?}");
    Ok(())
}

// case: A `const async fn` is annotated.
#[transactional]
const async fn const_async_fn(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An `extern` function is annotated.
#[transactional]
extern "C" fn extern_fn(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _ = session;
    Ok(())
}

// case: A function that is not async is used.
mod called_that_is_not_async {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        session.set_rollback_only();
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: A function with `#[retry_on_error]` is not async.
#[retry_on_error]
fn retry_not_async(id: i64) -> Result<i64, sqlx::Error> {
    Ok(id)
}

// case: A function has qualifiers, and any number of arguments.
#[transactional]
const unsafe extern "C" fn qualifiers(
    session: &mut Session<Sqlite>,
    _: ...
) -> Result<(), sqlx::Error> {
    Ok(())
}

// case: A function with `#[retry_on_error]` has qualifiers, and any number of arguments.
#[retry_on_error]
const unsafe extern "C" fn retry_qualifiers(_: ...) -> Result<(), sqlx::Error> {
    Ok(())
}

fn main() {}
