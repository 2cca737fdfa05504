//! The error is an associated type, without the bound.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

trait Service {
    type Error;
}

#[transactional]
async fn transfer<S: Service>(session: &mut Session<Sqlite>, _service: &S) -> Result<(), S::Error> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
