//! A session is moved into an `Rc`.

use std::rc::Rc;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let _kept = Rc::new(*session);
    Ok(())
}

fn main() {}
