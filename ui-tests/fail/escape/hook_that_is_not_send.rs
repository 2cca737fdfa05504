//! A hook captures what must stay on its thread.

use std::rc::Rc;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[transactional]
async fn escape(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let name = Rc::new(String::new());
    session.after_commit(async move {
        println!("{name}");
    });
    Ok(())
}

fn main() {}
