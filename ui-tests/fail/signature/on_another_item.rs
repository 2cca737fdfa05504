//! The attribute is on an item that is no function.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: A constant is annotated.
#[transactional]
const TRANSFER: i64 = 1;

// case: A macro call is annotated.
#[transactional]
thread_local! {
    static LOCAL: i64 = 1;
}

// case: A module is annotated.
#[transactional]
mod transfers {}

// case: A struct is annotated.
#[transactional]
struct Bank;

// case: A trait is annotated.
#[transactional]
trait Transfers {}

// case: An enum is annotated.
#[transactional]
enum Transfer {
    One,
}

// case: An `impl` block is annotated.
struct Shop;

#[transactional]
impl Shop {
    async fn transfer(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

// case: A struct has `#[retry_on_error]`.
#[retry_on_error]
struct Rates;

// case: An `impl` block has `#[retry_on_error]`.
struct Currency;

#[retry_on_error]
impl Currency {}

fn main() {}
