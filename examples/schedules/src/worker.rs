//! Takes jobs, one after the other, and computes with no transaction open.
use std::{sync::Arc, time::Duration};

use tokio::{select, task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    plan::Plan,
    queue::{Claim, Outcome},
    registry::Registry,
};

/// How long it waits where there is nothing to do, or no database to ask. A job that is queued in
/// this process wakes it.
const PAUSE: Duration = Duration::from_secs(1);

/// Among how many candidates to look for the fairest week. Asked for each week, by the thread that
/// computes it.
pub type Candidates = Arc<dyn Fn() -> u64 + Send + Sync>;

/// A worker, of which there may be many, in many processes.
pub struct Worker {
    pub(crate) registry: Registry,
    pub(crate) ending: CancellationToken,
    /// As the audit log calls it.
    pub(crate) name: String,
    pub(crate) candidates: Candidates,
}

impl Worker {
    /// Works until it is asked to end, and gives back what it has not done by then.
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

    /// Does one job, if one is due. Dropped, it leaves the job to whoever comes when its lease has
    /// ended.
    ///
    /// # Errors
    /// The database's, where not even the failure could be noted: so the lease ends.
    pub async fn work_next(&self) -> Result<bool, sqlx::Error> {
        let Some(claim) = self.registry.claim().await? else {
            return Ok(false);
        };
        let outcome = self.work(&claim).await.unwrap_or_else(|error| {
            tracing::warn!(%error, job = claim.id, worker = self.name, "a job failed");
            // Where it is stored, and only the answer to COMMIT was lost, this will meet a job that
            // has ended.
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
