//! Compares what the callers were told with what the database holds.

use tests::servers::{Server, TestDatabase};

use super::workers::{End, Ended};

pub(crate) const ACCOUNTS: [i64; 5] = [1, 2, 3, 4, 5];

// No constraint forbids a duplicate row: the audit has to find it.
const CREATE: &str = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL);
    CREATE TABLE transfers (id BIGINT NOT NULL, payer BIGINT NOT NULL, payee BIGINT NOT NULL, cents BIGINT NOT NULL);
    INSERT INTO accounts VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)";

const TOTAL_IS_NOT_ZERO: &str =
    "SELECT count(*) FROM (SELECT sum(cents) AS cents FROM accounts) AS total WHERE cents <> 0";

const WRONG_BALANCES: &str = "SELECT count(*) FROM accounts WHERE cents
    <> (SELECT coalesce(sum(cents), 0) FROM transfers WHERE payee = accounts.id)
     - (SELECT coalesce(sum(cents), 0) FROM transfers WHERE payer = accounts.id)";

pub(crate) struct Audit {
    /// Acknowledged, but not stored.
    pub(crate) lost: i64,
    /// Stored although the caller was told that it failed, or stored twice.
    pub(crate) extra: i64,
    total_is_zero: bool,
    wrong_balances: i64,
    failed: usize,
    first_failure: Option<String>,
}

/// Creates five empty accounts, which may be overdrawn.
pub(crate) async fn open_accounts<DB: Server>(database: &TestDatabase<DB>) {
    database.run(CREATE).await;
}

pub(crate) async fn audit<DB: Server>(database: &TestDatabase<DB>, calls: &[Ended]) -> Audit {
    let acknowledged: Vec<String> = calls
        .iter()
        .filter(|call| matches!(call.end, End::Acknowledged))
        .map(|call| call.id.to_string())
        .collect();
    let stored = if acknowledged.is_empty() {
        0
    } else {
        database
            .integer(&format!(
                "SELECT count(DISTINCT id) FROM transfers WHERE id IN ({})",
                acknowledged.join(", ")
            ))
            .await
    };
    let told = i64::try_from(acknowledged.len()).expect("a run has less than 2^63 calls");
    let mut failures = calls.iter().filter_map(|call| {
        if let End::Failed(error) = &call.end {
            Some(error)
        } else {
            None
        }
    });
    let first_failure = failures.next().map(ToString::to_string);
    Audit {
        lost: told - stored,
        extra: database.integer("SELECT count(*) FROM transfers").await - stored,
        total_is_zero: database.integer(TOTAL_IS_NOT_ZERO).await == 0,
        wrong_balances: database.integer(WRONG_BALANCES).await,
        failed: usize::from(first_failure.is_some()) + failures.count(),
        first_failure,
    }
}

impl Audit {
    pub(crate) fn money_is_conserved(&self) -> bool {
        self.total_is_zero && self.wrong_balances == 0
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.lost != 0 {
            faults.push(format!(
                "{} transfers were acknowledged and are not stored",
                self.lost
            ));
        }
        if self.extra != 0 {
            faults.push(format!(
                "{} transfers are stored, though not acknowledged, or twice",
                self.extra
            ));
        }
        if !self.total_is_zero {
            faults.push("money was made or lost".to_owned());
        }
        if self.wrong_balances != 0 {
            faults.push(format!(
                "{} balances are not what the transfers come to",
                self.wrong_balances
            ));
        }
        if let Some(error) = &self.first_failure {
            faults.push(format!(
                "{} calls failed, the first of them with: {error}",
                self.failed
            ));
        }
        faults
    }
}
