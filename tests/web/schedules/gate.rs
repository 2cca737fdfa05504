//! Holds a worker between two transactions, while it computes the next part of its job.

use std::sync::Arc;

use schedules::Worker;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use super::client::Served;

/// A worker that computes each week only when it is allowed to.
pub(super) struct Held {
    at_week: watch::Receiver<usize>,
    weeks: Arc<Semaphore>,
    working: JoinHandle<Result<bool, sqlx::Error>>,
}

impl Held {
    /// Takes a job, and stops the worker at the first week.
    pub(super) async fn at_the_beginning(served: &Served, name: &str) -> Self {
        let (reached, at_week) = watch::channel(0);
        let weeks = Arc::new(Semaphore::new(0));
        let gate = Arc::clone(&weeks);
        let worker: Worker = served.planner.worker(
            name,
            Arc::new(move || {
                reached.send_modify(|week| *week += 1);
                // Once the gate is closed, all later weeks may be computed.
                if let Ok(week) = Handle::current().block_on(gate.acquire()) {
                    week.forget();
                }
                3
            }),
        );
        let mut held = Self {
            at_week,
            weeks,
            working: tokio::spawn(async move { worker.work_next().await }),
        };
        held.is_at(1).await;
        held
    }

    /// Stops the worker after the first week.
    pub(super) async fn in_the_middle(served: &Served, name: &str) -> Self {
        let mut held = Self::at_the_beginning(served, name).await;
        held.weeks.add_permits(1);
        held.is_at(2).await;
        held
    }

    async fn is_at(&mut self, week: usize) {
        self.at_week
            .wait_for(|at| *at == week)
            .await
            .expect("it has not ended");
    }

    /// Lets the worker finish.
    pub(super) async fn goes_on(mut self) {
        self.weeks.close();
        assert!(
            (&mut self.working)
                .await
                .expect("it does not panic")
                .expect("there is a database")
        );
    }
}

/// Otherwise the test's runtime would wait for the thread.
impl Drop for Held {
    fn drop(&mut self) {
        self.weeks.close();
    }
}
