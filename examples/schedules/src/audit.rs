//! Two logs: the changes, and the attempts to make them.
//!
//! A change is written in the transaction that makes it, and is rolled back with it. An attempt
//! stays even if its transaction is rolled back, and says whether that transaction was committed.
//! The transaction itself sets this mark, so a rollback takes the mark away.
//!
//! A row that survives a rollback needs another transaction. On PostgreSQL and MySQL that one runs
//! on a second connection while the first transaction is open. SQLite has one writer at a time: the
//! second transaction would wait for the first, and the first for the second. There the transaction
//! itself writes the attempt, and if it is rolled back, a hook writes it afterwards. A sandbox is
//! one connection too, and does the same.
use service::{Dialect, now, random};
use sqlx::Any;
use sqlx_transactional::{Class, Constraint, Db, Session, retry_on_error, transactional};

/// An attempt of a user to change something.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    id: String,
    pub(crate) time: i64,
    pub(crate) user: String,
    what: String,
}

impl Attempt {
    pub(crate) fn new(user: &str, what: String) -> Self {
        Self {
            id: random(),
            time: now(),
            user: user.chars().take(60).collect(),
            what,
        }
    }
}

/// Writes the logs.
#[derive(Debug, Clone)]
pub(crate) struct Audit {
    pub(crate) db: Db<Any>,
    pub(crate) dialect: Dialect,
    /// A pool for attempts alone. If attempts used the pool of the calls, calls that hold all of
    /// its connections would each wait for one more.
    pub(crate) beside: Option<Db<Any>>,
}

impl Audit {
    /// Records the attempt. Has to be the first step of the transaction that carries it out.
    pub(crate) async fn tries(
        &self,
        session: &mut Session<Any>,
        attempt: &Attempt,
    ) -> Result<(), sqlx::Error> {
        let Some(beside) = &self.beside else {
            let (audit, refused) = (self.clone(), attempt.clone());
            session.after_rollback(async move {
                if let Err(error) = audit.keep(&audit.db, &refused).await {
                    tracing::error!(%error, ?refused, "an attempt is missing in the audit log");
                }
            });
            return self.insert(session, attempt, 1).await;
        };
        match self.keep(beside, attempt).await {
            // The transaction is retried: an earlier attempt of it has written the row.
            Err(error) if Class::of(&error) == Class::Constraint(Constraint::Unique) => {}
            kept => kept?,
        }
        let mark = self
            .dialect
            .sql("UPDATE attempts SET carried_out = 1 WHERE id = $1");
        sqlx::query(mark).bind(&attempt.id).execute(session).await?;
        Ok(())
    }

    /// Records a change, in the transaction that makes it.
    pub(crate) async fn changed(
        &self,
        session: &mut Session<Any>,
        user: &str,
        what: &str,
    ) -> Result<(), sqlx::Error> {
        let insert = self
            .dialect
            .sql("INSERT INTO changes (id, happened, user_name, what) VALUES ($1, $2, $3, $4)");
        sqlx::query(insert)
            .bind(random())
            .bind(now())
            .bind(user)
            .bind(what)
            .execute(session)
            .await?;
        Ok(())
    }

    /// Always a transaction of its own: passing it a session does not compile.
    #[retry_on_error]
    #[transactional(requires_new)]
    async fn keep(&self, session: &mut Session<Any>, attempt: &Attempt) -> Result<(), sqlx::Error> {
        self.insert(session, attempt, 0).await
    }

    async fn insert(
        &self,
        session: &mut Session<Any>,
        attempt: &Attempt,
        carried_out: i64,
    ) -> Result<(), sqlx::Error> {
        let insert = self.dialect.sql("INSERT INTO attempts (id, happened, user_name, what, carried_out) VALUES ($1, $2, $3, $4, $5)");
        let Attempt {
            time,
            user,
            what,
            id,
        } = attempt;
        sqlx::query(insert)
            .bind(id)
            .bind(time)
            .bind(user)
            .bind(what)
            .bind(carried_out)
            .execute(session)
            .await?;
        Ok(())
    }
}
