//! One build reports every mistake of a function.

use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: Each option is wrong.
#[transactional(isolatoin = 1, timeout = 2, name = "", nested = yes, commit_on, durability = on, from)]
async fn mistake_in_each(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `from` is no expression, and contradicts `nested`.
#[transactional(from = &, nested)]
async fn from_that_is_no_expression(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: Both attributes and two arguments are wrong.
#[retry_on_error(attempts = 0, retries = 3)]
#[transactional(timeout = "soon")]
async fn several_mistakes(
    session: &mut Session<Sqlite>,
    out: &mut Vec<i64>,
    (ref mut first, _): (i64, i64),
) -> Result<(), sqlx::Error> {
    out.push(*first);
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: The options and the signature of a function that is used are wrong.
mod called_with_several_mistakes {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional(isolation = 1, name = "", nested, deferrable)]
    const fn transfer(session: Session<Sqlite>) -> Result<(), sqlx::Error> {
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: Both attributes of a function that is used are wrong.
mod called_with_mistakes_in_both_attributes {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, retry_on_error, transactional};

    #[retry_on_error(attempts = 0)]
    #[transactional(name = "")]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: The options and an argument of a retried function that is used are wrong.
mod called_without_a_transaction {
    use sqlx_transactional::retry_on_error;

    #[retry_on_error(attempts = 0, idempotent = 1)]
    async fn fetch(name: String, count: &mut i64) -> Result<i64, sqlx::Error> {
        *count += 1;
        println!("{name}");
        Ok(*count)
    }

    async fn caller() -> Result<i64, sqlx::Error> {
        let mut count = 1;
        fetch(String::new(), &mut count).await
    }
}

// case: `deferrable` has a value, and the session no mode.
#[transactional(deferrable = true)]
async fn deferrable_with_a_value_and_no_mode(
    mut session: &mut Session<Postgres>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut *session).await?;
    Ok(())
}

fn main() {}
