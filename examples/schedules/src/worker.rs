//! Works on jobs, one after the other. No transaction is open while it computes.
use std::{sync::Arc, time::Duration};

use tokio::{select, task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    plan::Plan,
    queue::{Claim, Outcome},
    registry::Registry,
};

/// The pause when no job is due or the database cannot be reached. A job that is queued in this
/// process ends the pause.
const PAUSE: Duration = Duration::from_secs(1);

/// How many candidates to compare for each week. Called for each week, on the thread that computes
/// it.
pub type Candidates = Arc<dyn Fn() -> u64 + Send + Sync>;

/// A worker. There may be many, in many processes.
pub struct Worker {
    pub(crate) registry: Registry,
    pub(crate) ending: CancellationToken,
    /// Its user name in the audit log.
    pub(crate) name: String,
    pub(crate) candidates: Candidates,
}

impl Worker {
    /// Works until it is asked to stop, then queues the job that it has not finished.
    pub async fn run(self) {
        while !self.ending.is_cancelled() {
            match self.work_next().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, worker = self.name, "jobs wait in the queue"),
            }
            select! {
                () = self.ending.cancelled() => {}
                () = self.registry.wake.notified() => {}
                () = sleep(PAUSE) => {}
            }
        }
    }

    /// Does one job. Returns false if none is due. If this future is dropped, another worker claims
    /// the job when the lease ends.
    ///
    /// # Errors
    /// The job could not be claimed, or its outcome could not be stored. Then the lease ends, and
    /// the job is claimed again.
    pub async fn work_next(&self) -> Result<bool, sqlx::Error> {
        let Some(claim) = self.registry.claim().await? else {
            return Ok(false);
        };
        let outcome = self.work(&claim).await.unwrap_or_else(|error| {
            tracing::warn!(%error, job = claim.id, worker = self.name, "a job failed");
            // If the schedule was stored and only the answer to COMMIT was lost, the job has ended,
            // and the outcome below changes nothing.
            Outcome::of(&error)
        });
        tracing::info!(job = claim.id, worker = self.name, ?outcome, "worked");
        if !matches!(outcome, Outcome::Done | Outcome::Lost) {
            self.registry
                .note(&self.registry.db, &claim, &outcome)
                .await?;
        }
        Ok(true)
    }

    async fn work(&self, claim: &Claim) -> Result<Outcome, sqlx::Error> {
        if claim.tries_left < 0 {
            return Ok(Outcome::Failed(
                "its workers have ended, again and again".to_owned(),
            ));
        }
        let mut plan = match Plan::new(&claim.people, &claim.first_day) {
            Ok(plan) => plan,
            Err(reason) => return Ok(Outcome::Failed(reason)),
        };
        for week in 1..=claim.weeks {
            if self.ending.is_cancelled() {
                return Ok(Outcome::GivenBack);
            }
            let candidates = Arc::clone(&self.candidates);
            let Ok(longer) = spawn_blocking(move || plan.with_week(candidates())).await else {
                return Ok(Outcome::Failed("internal error".to_owned()));
            };
            plan = longer;
            if !self
                .registry
                .note(
                    &self.registry.db,
                    claim,
                    &Outcome::Running(week * 100 / (claim.weeks + 1)),
                )
                .await?
            {
                return Ok(Outcome::Lost);
            }
        }
        self.registry.save(claim, &plan.shifts, &self.name).await
    }
}
