//! What a call takes from its `Db` where its attributes say nothing.
use std::time::Duration;

use super::{Tracker, wanted::Wanted};
use crate::retry::RetryBudget;

/// For calls on a pool as well.
pub(crate) const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// A reader that has not replayed a commit in this time lags, and whoever waits for it longer would have had its answer from the writer.
const READER_WAIT: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) retry_budget: RetryBudget,
    pub(crate) commit_timeout: Duration,
    /// What calls that only read have to see.
    pub(crate) after: Wanted,
    /// How long they wait for a reader that has not seen it yet.
    pub(crate) reader_wait: Duration,
    /// Who remembers what calls that write have committed.
    pub(crate) tracker: Option<Tracker>,
}

impl Settings {
    pub(crate) fn new(retry_budget: RetryBudget) -> Self {
        Self { retry_budget, commit_timeout: COMMIT_TIMEOUT, after: Wanted::Anything, reader_wait: READER_WAIT, tracker: None }
    }

    /// What a call that only reads has to see, if it begins now.
    pub(crate) fn wanted(&self) -> Wanted {
        let after = self.after.clone();
        match &self.tracker {
            Some(tracker) => after.and(tracker.wanted()),
            None => after,
        }
    }
}
