//! A session is put into an argument of the function.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is assigned to a `&mut &mut Session` of the caller.
#[transactional]
async fn kept_in_an_argument<'k>(
    session: &mut Session<Sqlite>,
    kept: &mut &'k mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    *kept = session;
    Ok(())
}

// case: A session is assigned to one of the caller, by `mem::replace`.
#[transactional]
async fn replaced<'k>(
    session: &mut Session<Sqlite>,
    kept: &mut &'k mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    let before = std::mem::replace(kept, session);
    sqlx::query("SELECT 1").execute(before).await?;
    Ok(())
}

// case: A session is put into an `Option` of the caller.
#[transactional]
async fn kept_by_option_replace<'a>(
    session: &mut Session<Sqlite>,
    place: &mut Option<&'a mut Session<Sqlite>>,
) -> Result<(), sqlx::Error> {
    place.replace(session);
    Ok(())
}

// case: A session is put into a field of `self`.
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
