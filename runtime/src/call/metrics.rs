//! What a call adds to an application's metrics, through the `metrics` crate. The names of
//! connections' times are OpenTelemetry's:
//! <https://opentelemetry.io/docs/specs/semconv/database/database-metrics/>; it has none for
//! transactions.
use std::time::Duration;

use metrics::{counter, histogram};

/// A call that has ended.
pub(super) struct Figures {
    pub(super) transaction: &'static str,
    pub(super) system: &'static str,
    pub(super) outcome: &'static str,
    pub(super) attempts: u32,
    /// For connections.
    pub(super) waited: Duration,
    /// None: it never had a connection.
    pub(super) held: Option<Duration>,
}

impl Figures {
    /// Hands them to the recorder that the application has installed, if it has.
    pub(super) fn record(&self) {
        let labels = [
            ("transaction", self.transaction),
            ("outcome", self.outcome),
            ("db.system.name", self.system),
        ];
        counter!("db.client.transactions", &labels).increment(1);
        counter!("db.client.transaction.attempts", &labels).increment(self.attempts.into());
        histogram!("db.client.connection.wait_time", &labels).record(self.waited.as_secs_f64());
        if let Some(held) = self.held {
            histogram!("db.client.connection.use_time", &labels).record(held.as_secs_f64());
        }
    }
}
