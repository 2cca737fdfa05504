//! An attribute is not imported, or is on something that cannot have it.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: The attribute is not imported.
mod attribute_not_imported {
    use sqlx::Sqlite;
    use sqlx_transactional::Session;

    #[transactional]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

// case: An argument has `#[session]`, and its function no `#[transactional]`.
async fn marked_without_an_attribute(
    #[session] session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A field is annotated.
struct Transfer {
    #[transactional]
    cents: i64,
}

// case: An argument is annotated.
async fn on_an_argument(#[transactional] cents: i64) {
    println!("{cents}");
}

fn main() {}
