//! The transactions of clients: everything that they change. Nothing here knows gRPC.
use std::sync::Arc;

use service::{Dialect, now};
use sqlx::Any;
use sqlx_transactional::{Class, Constraint, Db, ReadOnly, Session, retry_on_error, transactional};
use tokio::sync::Notify;

use crate::{
    audit::{Attempt, Audit},
    error::ApiError,
    proto::{AddStaffRequest, GenerateRequest, Job, State},
};

/// How many attempts a job has, if its failures are temporary.
pub(crate) const TRIES: i64 = 5;

/// Stores teams, jobs and schedules.
#[derive(Debug, Clone)]
pub(crate) struct Registry {
    pub(crate) db: Db<Any>,
    pub(crate) dialect: Dialect,
    pub(crate) audit: Audit,
    /// Wakes a worker of this process when a job was queued.
    pub(crate) wake: Arc<Notify>,
}

impl Registry {
    /// Stores a team with all of its people, or nothing.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn add_staff(
        &self,
        session: &mut Session<Any>,
        attempt: &Attempt,
        staff: &AddStaffRequest,
    ) -> Result<(), ApiError> {
        self.audit.tries(&mut *session, attempt).await?;
        let insert = self.dialect.sql("INSERT INTO teams (name) VALUES ($1)");
        sqlx::query(insert)
            .bind(&staff.team)
            .execute(&mut *session)
            .await?;
        for person in &staff.people {
            let insert = self
                .dialect
                .sql("INSERT INTO people (team, name) VALUES ($1, $2)");
            sqlx::query(insert)
                .bind(&staff.team)
                .bind(person)
                .execute(&mut *session)
                .await?;
        }
        let what = format!("team {} has {} people", staff.team, staff.people.len());
        Ok(self.audit.changed(session, &attempt.user, &what).await?)
    }

    /// Creates the job with this id, or finds it. The primary key decides which: a query before the
    /// INSERT could be outdated.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn generate(
        &self,
        session: &mut Session<Any>,
        attempt: &Attempt,
        order: &GenerateRequest,
    ) -> Result<Job, ApiError> {
        self.audit.tries(&mut *session, attempt).await?;
        match self.enqueue(&mut *session, order).await {
            Ok(()) => {
                self.audit
                    .changed(
                        &mut *session,
                        &attempt.user,
                        &format!("job {} is queued", order.id),
                    )
                    .await?;
                let wake = Arc::clone(&self.wake);
                session.after_commit(async move { wake.notify_one() });
            }
            Err(error) if Class::of(&error) == Class::Constraint(Constraint::Unique) => {}
            Err(error) => return Err(error.into()),
        }
        let select = self.dialect.sql("SELECT COUNT(*) FROM jobs WHERE id = $1 AND team = $2 AND first_day = $3 AND weeks = $4");
        let select = sqlx::query_scalar(select)
            .bind(&order.id)
            .bind(&order.team)
            .bind(&order.first_day)
            .bind(i64::from(order.weeks));
        let same: i64 = select.fetch_one(&mut *session).await?;
        if same == 0 {
            Err(ApiError::OtherJob)
        } else {
            self.job(session, &order.id).await
        }
    }

    /// Runs in a savepoint, because an id that exists already is not a failure of the call.
    #[transactional(nested)]
    async fn enqueue(
        &self,
        session: &mut Session<Any>,
        order: &GenerateRequest,
    ) -> Result<(), sqlx::Error> {
        let insert = self.dialect.sql(
            "INSERT INTO jobs (id, team, first_day, weeks, state, progress, attempts, tries_left, due)
             VALUES ($1, $2, $3, $4, 'queued', 0, 0, $5, $6)",
        );
        let insert = sqlx::query(insert)
            .bind(&order.id)
            .bind(&order.team)
            .bind(&order.first_day)
            .bind(i64::from(order.weeks));
        insert.bind(TRIES).bind(now()).execute(session).await?;
        Ok(())
    }

    /// Publishes a schedule. The primary key refuses a second time. The foreign key refuses a
    /// schedule that does not exist, at COMMIT where the database can defer the check.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn publish(
        &self,
        session: &mut Session<Any>,
        attempt: &Attempt,
        id: &str,
    ) -> Result<i64, ApiError> {
        self.audit.tries(&mut *session, attempt).await?;
        let insert = self
            .dialect
            .sql("INSERT INTO publications (schedule, published) VALUES ($1, $2)");
        sqlx::query(insert)
            .bind(id)
            .bind(attempt.time)
            .execute(&mut *session)
            .await?;
        self.audit
            .changed(
                session,
                &attempt.user,
                &format!("schedule {id} is published"),
            )
            .await?;
        Ok(attempt.time)
    }

    #[transactional]
    pub(crate) async fn job(
        &self,
        session: &mut Session<Any, ReadOnly>,
        id: &str,
    ) -> Result<Job, ApiError> {
        let select = self
            .dialect
            .sql("SELECT state, progress, attempts, reason FROM jobs WHERE id = $1");
        let row: Option<(String, i64, i64, Option<String>)> = sqlx::query_as(select)
            .bind(id)
            .fetch_optional(session)
            .await?;
        let (state, progress, attempts, reason) = row.ok_or(ApiError::NotFound("job"))?;
        let state =
            State::from_str_name(&format!("STATE_{}", state.to_uppercase())).unwrap_or_default();
        let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Job {
            id: id.to_owned(),
            state: state.into(),
            progress: small(progress),
            attempts: small(attempts),
            reason: reason.unwrap_or_default(),
        })
    }
}
