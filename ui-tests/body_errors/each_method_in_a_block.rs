//! The common mistakes, in methods of a block that `#[transactional_methods]` expands.

use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional_methods};

pub struct Repository {
    pool: SqlitePool,
}

#[transactional_methods]
impl Repository {
    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn tail(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        Ok("one")
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn question_mark(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let count: i64 = "1".parse()?;
        Ok(count)
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn wrong_let(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let count: i64 = "one";
        Ok(count)
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn use_after_move(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        drop(name);
        Ok(name.len() as i64)
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn two_borrows(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let (first, second) = (&mut *session, &mut *session);
        sqlx::query("SELECT 1").execute(first).await?;
        sqlx::query("SELECT 1").execute(second).await?;
        Ok(1)
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn missing_tail(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        sqlx::query("SELECT 1").execute(&mut *session).await?;
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn unknown(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        session.nothing();
        nowhere(name);
        Ok(1)
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn wrong_return(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        if session.attempt() > 1 {
            return Ok("one");
        }
        Ok(1)
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn missing_await(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT 1").fetch_one(session)
    }

    #[retry_on_error]
    #[transactional(from = &self.pool)]
    pub async fn lifetime(&self, session: &mut Session<Sqlite>, name: String) -> Result<i64, sqlx::Error> {
        let kept: &'static str = &name;
        Ok(kept.len() as i64)
    }
}
