//! An argument by value that cannot be cloned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

struct Ticket(i64);

#[retry_on_error]
#[transactional]
async fn transfer(session: &mut Session<Sqlite>, ticket: Ticket) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?").bind(ticket.0).execute(session).await?;
    Ok(())
}

fn main() {}
