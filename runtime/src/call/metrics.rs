//! The metrics of a call, recorded through the `metrics` crate. The names of the connection times
//! are those of OpenTelemetry, which has no names for transactions:
//! <https://opentelemetry.io/docs/specs/semconv/database/database-metrics/>.
use std::time::Duration;

use metrics::{counter, histogram};

/// The figures of a call that has ended.
pub(super) struct Figures {
    pub(super) transaction: &'static str,
    pub(super) system: &'static str,
    pub(super) outcome: &'static str,
    pub(super) attempts: u32,
    /// The time spent waiting for connections, over all attempts.
    pub(super) waited: Duration,
    /// The time during which the call held a connection. `None` if it never had one.
    pub(super) held: Option<Duration>,
}

impl Figures {
    /// Adds them to the application's recorder. Without an installed recorder, nothing happens.
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
