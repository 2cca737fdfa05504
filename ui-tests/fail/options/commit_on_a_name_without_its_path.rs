//! A variant without its path would be a variable, and every error would commit.

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

#[transactional(commit_on(WrongPassword))]
async fn transfer(session: &mut Session<Sqlite>) -> Result<(), LoginError> {
    sqlx::query("SELECT 1").execute(session).await?;
    Err(LoginError::WrongPassword)
}

fn main() {}
