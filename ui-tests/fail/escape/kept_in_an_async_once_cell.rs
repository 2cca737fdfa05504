//! A session is put into a cell of tokio.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>, cell: &tokio::sync::OnceCell<&'a Session<Sqlite>>) -> Result<(), sqlx::Error> {
    cell.get_or_init(async || &*session).await;
    Ok(())
}

fn main() {}
