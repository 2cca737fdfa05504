//! Two logs: what was changed, and what somebody tried.
//!
//! A change is written in the transaction that makes it, and is gone with it. An attempt stays
//! whatever becomes of its transaction, and says whether that was committed, which only the
//! transaction itself can say: it sets the mark, and a rollback takes that away.
//!
//! What is to survive a rollback needs another transaction. On PostgreSQL and MySQL that is one on
//! another connection, while the first is open. A file of SQLite has one writer, which is the
//! transaction itself: another one would wait for its end, and it for that one. So there the
//! attempt is written with all the rest where it commits, and after the rollback where it does not.
//! A sandbox is one connection too, and does the same.
use service::{Dialect, now, random};
use sqlx::Any;
use sqlx_transactional::{Class, Constraint, Db, Session, retry_on_error, transactional};

/// What somebody tries to do.
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
    /// Connections for attempts alone. If they came from the pool of the calls, as many calls as
    /// that has connections would each wait for a second.
    pub(crate) beside: Option<Db<Any>>,
}

impl Audit {
    /// Notes the attempt: the first thing in the transaction that is to carry it out.
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
            // The transaction is tried again.
            Err(error) if Class::of(&error) == Class::Constraint(Constraint::Unique) => {}
            kept => kept?,
        }
        let mark = self
            .dialect
            .sql("UPDATE attempts SET carried_out = 1 WHERE id = $1");
        sqlx::query(mark).bind(&attempt.id).execute(session).await?;
        Ok(())
    }

    /// In the transaction of whoever changes it.
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

    /// A transaction of its own, which no caller can make a part of another: a session does not
    /// compile.
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
