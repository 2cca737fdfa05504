//! What a call takes from its `Db` where its attributes say nothing.
use std::time::Duration;

use crate::retry::RetryBudget;

/// For calls on a pool as well.
pub(crate) const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) retry_budget: RetryBudget,
    pub(crate) commit_timeout: Duration,
}

impl Settings {
    pub(crate) fn new(retry_budget: RetryBudget) -> Self {
        Self { retry_budget, commit_timeout: COMMIT_TIMEOUT }
    }
}
