//! A method without a body is annotated.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

trait Orders {
    #[transactional]
    async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error>;
}

fn main() {}
