//! `commit_on` with the `Err` around the error.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

#[derive(Debug)]
enum LoginError {
    WrongPassword,
    Database,
}

impl From<sqlx::Error> for LoginError {
    fn from(_: sqlx::Error) -> Self {
        Self::Database
    }
}

#[transactional(commit_on(Err(LoginError::WrongPassword)))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), LoginError> {
    sqlx::query("SELECT 1").execute(session).await?;
    Err(LoginError::WrongPassword)
}

fn main() {}
