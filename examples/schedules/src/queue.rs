//! The transactions of workers: they claim jobs, report progress and store results.
//!
//! A worker keeps a job until its lease ends, and each report of progress renews the lease.
//! A claim increments the attempt number of the job, and a worker writes only for the number of its
//! own claim. A slow worker looks like a dead one: another worker claims the job, and then the slow
//! one writes nothing.
use service::{Dialect, now};
use sqlx::Any;
use sqlx_transactional::{Class, ReadCommitted, Session, retry_on_error, transactional};

use crate::{
    error::told,
    plan::Shift,
    registry::{Registry, TRIES},
};

/// How long a lease lasts after the last report, in milliseconds.
const LEASE: i64 = 30_000;

/// The job that has been due for longest, found by the index on `due`. Skips jobs that other
/// workers have locked.
const OLDEST: &str = "SELECT id, team, first_day, weeks, attempts, tries_left FROM jobs WHERE due <= $1 ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED";

/// A job that a worker has claimed.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) id: String,
    pub(crate) first_day: String,
    pub(crate) weeks: i64,
    pub(crate) people: Vec<String>,
    attempt: i64,
    /// How many attempts are left after this one. Negative if all attempts ended without a report,
    /// as when their workers died.
    pub(crate) tries_left: i64,
}

/// What a worker reports about a job.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// This many percent are done.
    Running(i64),
    /// The schedule is stored.
    Done,
    /// It failed for this reason, and would fail again.
    Failed(String),
    /// It failed for this reason, and may succeed the next time.
    Again(String),
    /// The worker was asked to stop. The job is queued again, and no attempt is used up.
    GivenBack,
    /// Another worker has claimed it.
    Lost,
}

impl Outcome {
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        let class = Class::of(error);
        let (_, reason) = told(class);
        if matches!(class, Class::Constraint(_)) {
            Self::Failed(reason.to_owned())
        } else {
            Self::Again(reason.to_owned())
        }
    }
}

impl Registry {
    /// Claims the job that has been due for longest. Does not wait for a job that another worker is
    /// claiming; SQLite has one writer at a time, so there is none.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn claim(
        &self,
        session: &mut Session<Any, ReadCommitted>,
    ) -> Result<Option<Claim>, sqlx::Error> {
        let oldest = match self.dialect {
            Dialect::Sqlite => OLDEST.trim_end_matches(" FOR UPDATE SKIP LOCKED"),
            _ => OLDEST,
        };
        let row: Option<(String, String, String, i64, i64, i64)> =
            sqlx::query_as(self.dialect.sql(oldest))
                .bind(now())
                .fetch_optional(&mut *session)
                .await?;
        let Some((id, team, first_day, weeks, attempts, tries)) = row else {
            return Ok(None);
        };
        let take = self.dialect.sql(
            "UPDATE jobs SET state = 'running', progress = 0, attempts = attempts + 1, tries_left = tries_left - 1, due = $1 WHERE id = $2",
        );
        sqlx::query(take)
            .bind(now() + LEASE)
            .bind(&id)
            .execute(&mut *session)
            .await?;
        let people = self.dialect.sql("SELECT name FROM people WHERE team = $1");
        let people = sqlx::query_scalar(people)
            .bind(team)
            .fetch_all(session)
            .await?;
        Ok(Some(Claim {
            id,
            first_day,
            weeks,
            people,
            attempt: attempts + 1,
            tries_left: tries - 1,
        }))
    }

    /// Stores the outcome. False if the job is not this worker's any more.
    #[retry_on_error]
    #[transactional]
    pub(crate) async fn note(
        &self,
        session: &mut Session<Any>,
        claim: &Claim,
        outcome: &Outcome,
    ) -> Result<bool, sqlx::Error> {
        let tries = claim.tries_left;
        // One second after the first failure, and twice as long after each further one.
        let later = || now() + (1000 << (TRIES - 1 - tries).clamp(0, 10));
        let (state, progress, due, tries, reason) = match outcome {
            Outcome::Running(percent) => ("running", *percent, Some(now() + LEASE), tries, None),
            Outcome::Done => ("done", 100, None, tries, None),
            Outcome::Again(reason) if tries > 0 => {
                ("queued", 0, Some(later()), tries, Some(reason))
            }
            Outcome::Again(reason) | Outcome::Failed(reason) => {
                ("failed", 0, None, tries, Some(reason))
            }
            Outcome::GivenBack => ("queued", 0, Some(now()), tries + 1, None),
            Outcome::Lost => return Ok(false),
        };
        let update = self.dialect.sql(
            "UPDATE jobs SET state = $1, progress = $2, due = $3, tries_left = $4, reason = $5
              WHERE id = $6 AND attempts = $7 AND state = 'running'",
        );
        let update = sqlx::query(update)
            .bind(state)
            .bind(progress)
            .bind(due)
            .bind(tries)
            .bind(reason);
        Ok(update
            .bind(&claim.id)
            .bind(claim.attempt)
            .execute(session)
            .await?
            .rows_affected()
            == 1)
    }

    /// Stores the schedule with all of its shifts and marks the job as done, both or neither, and
    /// only if the job is still this worker's.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn save(
        &self,
        session: &mut Session<Any>,
        claim: &Claim,
        shifts: &[Shift],
        worker: &str,
    ) -> Result<Outcome, sqlx::Error> {
        if !self.note(&mut *session, claim, &Outcome::Done).await? {
            return Ok(Outcome::Lost);
        }
        let insert = self
            .dialect
            .sql("INSERT INTO schedules (id, shifts) VALUES ($1, $2)");
        sqlx::query(insert)
            .bind(&claim.id)
            .bind(i64::try_from(shifts.len()).unwrap_or(i64::MAX))
            .execute(&mut *session)
            .await?;
        for Shift { day, kind, person } in shifts {
            let insert = self
                .dialect
                .sql("INSERT INTO shifts (schedule, day, kind, person) VALUES ($1, $2, $3, $4)");
            let insert = sqlx::query(insert)
                .bind(&claim.id)
                .bind(day.to_string())
                .bind(*kind)
                .bind(person);
            insert.execute(&mut *session).await?;
        }
        self.audit
            .changed(
                session,
                worker,
                &format!("schedule {} has {} shifts", claim.id, shifts.len()),
            )
            .await?;
        Ok(Outcome::Done)
    }
}
