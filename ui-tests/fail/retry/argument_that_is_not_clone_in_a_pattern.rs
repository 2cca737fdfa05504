//! One of the names that a pattern binds cannot be cloned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

struct Ticket(i64);

#[retry_on_error]
#[transactional]
async fn transfer(session: &mut Session<Sqlite>, (mut ticket, id): (Ticket, i64)) -> Result<(), sqlx::Error> {
    ticket.0 += id;
    sqlx::query("SELECT ?").bind(ticket.0).execute(session).await?;
    Ok(())
}

fn main() {}
