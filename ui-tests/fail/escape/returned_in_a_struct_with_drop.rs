//! A guard that uses the session when it is dropped is returned.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Guard<'a> {
    session: &'a mut Session<Sqlite>,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        println!("{:?}", self.session);
    }
}

#[transactional]
async fn escape<'a>(session: &mut Session<Sqlite>) -> Result<Guard<'a>, sqlx::Error> {
    Ok(Guard { session })
}

fn main() {}
