//! A session is put into a field of `self`.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

struct Repository<'a> {
    session: Option<&'a mut Session<Sqlite>>,
}

impl<'a> Repository<'a> {
    #[transactional]
    async fn escape(&mut self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        self.session = Some(session);
        Ok(())
    }
}

fn main() {}
