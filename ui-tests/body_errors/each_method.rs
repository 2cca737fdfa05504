//! The common mistakes, in methods.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

pub struct Repository;

impl Repository {
    #[transactional]
    pub async fn tail(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        Ok("one")
    }

    #[transactional]
    pub async fn question_mark(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let count: i64 = "1".parse()?;
        Ok(count)
    }

    #[transactional]
    pub async fn wrong_let(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let count: i64 = "one";
        Ok(count)
    }

    #[transactional]
    pub async fn use_after_move(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        drop(name);
        Ok(name.len() as i64)
    }

    #[transactional]
    pub async fn two_borrows(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let (first, second) = (&mut *session, &mut *session);
        sqlx::query("SELECT 1").execute(first).await?;
        sqlx::query("SELECT 1").execute(second).await?;
        Ok(1)
    }

    #[transactional]
    pub async fn missing_tail(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        sqlx::query("SELECT 1").execute(&mut *session).await?;
    }

    #[transactional]
    pub async fn unknown(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        session.nothing();
        nowhere(name);
        Ok(1)
    }

    #[transactional]
    pub async fn wrong_return(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        if session.attempt() > 1 {
            return Ok("one");
        }
        Ok(1)
    }

    #[transactional]
    pub async fn missing_await(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT 1").fetch_one(session)
    }

    #[transactional]
    pub async fn lifetime(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let kept: &'static str = &name;
        Ok(kept.len() as i64)
    }
}
