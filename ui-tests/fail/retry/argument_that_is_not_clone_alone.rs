//! An argument by value that cannot be cloned, without a transaction.

use sqlx_transactional::retry_on_error;

struct Ticket(i64);

#[retry_on_error]
async fn hand_in(ticket: Ticket) -> Result<(), sqlx::Error> {
    drop(ticket);
    Ok(())
}

fn main() {}
