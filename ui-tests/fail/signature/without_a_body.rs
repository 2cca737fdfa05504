//! A method without a body is annotated.

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

// case: A method without a body has `#[transactional]`.
trait Orders {
    #[transactional]
    async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error>;
}

// case: A method without a body has `#[retry_on_error]`.
trait Rates {
    #[retry_on_error]
    async fn fetch(&self, id: i64) -> Result<i64, sqlx::Error>;
}

fn main() {}
