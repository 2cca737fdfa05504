//! The spans of a call, and the figures for its metrics. The call has one span, and each attempt
//! has one inside it, which the body runs in. A COMMIT that goes on in the background keeps its
//! span.
//!
//! If no subscriber is interested in the call's span and the feature `metrics` is off, this module
//! reads no clock, copies no error code and allocates nothing. Names are those of OpenTelemetry
//! where it has one: <https://opentelemetry.io/docs/specs/semconv/database/>.
use std::{
    borrow::Cow,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::Duration,
};

use tokio::time::Instant;
use tracing::{Span, debug_span, field::Empty, info_span};

#[cfg(feature = "metrics")]
use crate::call::metrics::Figures;
use crate::{
    driver::Driver,
    error::class::Class,
    mode::{Terms, isolation},
};

/// The spans of a call.
pub(super) struct Trace {
    call: Span,
    /// The span of the running attempt. A call that joined has only this span.
    attempt: Span,
    /// `None` if the call's span is disabled and metrics are off. It is boxed so that it takes
    /// little space in the future of every call.
    seen: Option<Box<Seen>>,
}

#[derive(Default)]
/// What is recorded when the call ends.
struct Seen {
    #[cfg(feature = "metrics")]
    transaction: &'static str,
    #[cfg(feature = "metrics")]
    system: &'static str,
    attempts: u32,
    /// The role of the pool that the last attempt used.
    pool: Option<&'static str>,
    /// The time spent waiting for connections, over all attempts, in nanoseconds.
    waited: AtomicU64,
    /// The time during which the call held a connection. `None` if it never had one.
    held: Option<Duration>,
    held_since: Option<Instant>,
    failure: Option<(Class, Option<String>)>,
}

impl Trace {
    pub(super) const fn new() -> Self {
        Self {
            call: Span::none(),
            attempt: Span::none(),
            seen: None,
        }
    }

    /// Opens the span of an attempt, and before the first one the span of the call.
    pub(super) fn attempts<DB: Driver, K: Terms>(&mut self, name: &'static str, number: u32) {
        if number == 1 {
            self.call = info_span!(
                "db.transaction",
                transaction = name,
                db.system.name = system(DB::NAME),
                mode = if K::WRITES { "read write" } else { "read only" },
                isolation = isolation(K::LEVEL).map(tracing::field::debug),
                pool = Empty,
                attempts = Empty,
                outcome = Empty,
                error.type = Empty,
                db.response.status_code = Empty,
                wait_ms = Empty,
                hold_ms = Empty,
            );
            // The span is disabled where no subscriber is interested in it. Then only metrics could
            // need the figures.
            self.seen = (cfg!(feature = "metrics") || !self.call.is_disabled()).then(|| {
                Box::new(Seen {
                    #[cfg(feature = "metrics")]
                    transaction: name,
                    #[cfg(feature = "metrics")]
                    system: system(DB::NAME),
                    ..Seen::default()
                })
            });
        }
        self.attempt = debug_span!(
            parent: &self.call, "db.attempt", attempt = number, error.type = Empty, db.response.status_code = Empty
        );
        if let Some(seen) = &mut self.seen {
            seen.attempts = number;
            seen.failure = None;
        }
    }

    /// Opens the span of a call that joins a transaction.
    pub(super) fn joins(&mut self, name: &'static str, nested: bool) {
        self.attempt = if nested {
            debug_span!("db.savepoint", transaction = name, outcome = Empty)
        } else {
            debug_span!("db.join", transaction = name, outcome = Empty)
        };
    }

    /// Records which pool the connection is from: `writer` or `reader`.
    pub(super) fn pool(&mut self, role: &'static str) {
        if let Some(seen) = &mut self.seen {
            seen.pool = Some(role);
        }
    }

    /// The span around all attempts.
    pub(super) fn call(&self) -> Span {
        self.call.clone()
    }

    /// The span of the attempt. If that is disabled, for example because a subscriber takes INFO
    /// but not DEBUG, the span of the call.
    pub(super) fn innermost(&self) -> Span {
        if self.attempt.is_disabled() {
            self.call.clone()
        } else {
            self.attempt.clone()
        }
    }

    /// The counter of the time spent waiting for connections, in nanoseconds. `None` if it is not
    /// needed.
    pub(super) fn waited(&self) -> Option<&AtomicU64> {
        self.seen.as_ref().map(|seen| &seen.waited)
    }

    /// Starts the time of holding a connection. It goes on if it has already started, because a
    /// retry without a pause keeps the connection.
    pub(super) fn holds(&mut self) {
        if let Some(seen) = &mut self.seen {
            seen.held_since.get_or_insert_with(Instant::now);
        }
    }

    /// Stops the time of holding a connection.
    pub(super) fn lets_go(&mut self) {
        if let Some(seen) = &mut self.seen
            && let Some(since) = seen.held_since.take()
        {
            *seen.held.get_or_insert_default() += since.elapsed();
        }
    }

    /// Records the failure as the session saw it. An error that the body made itself has no class
    /// or code here.
    pub(super) fn failed(&mut self, class: Class, code: Option<Cow<'_, str>>) {
        if let Some(seen) = &mut self.seen {
            seen.failure = Some((class, code.map(Cow::into_owned)));
        }
    }

    /// Closes the span of an attempt that is followed by another.
    pub(super) fn attempt_failed(&mut self, class: Option<Class>) {
        if let Some(seen) = &self.seen {
            seen.record_failure(&self.attempt, class);
        }
        self.attempt = Span::none();
    }

    /// Records the end of a call that joined.
    pub(super) fn left(&self, success: bool) {
        self.attempt
            .record("outcome", if success { "kept" } else { "failed" });
    }

    /// Records the end of the call.
    pub(super) fn ended(&mut self, outcome: &'static str, class: Option<Class>) {
        self.lets_go();
        let Some(seen) = self.seen.take() else { return };
        seen.record_failure(&self.attempt, class);
        seen.record_failure(&self.call, class);
        self.call.record("pool", seen.pool);
        self.call.record("attempts", seen.attempts);
        self.call.record("outcome", outcome);
        let waited = Duration::from_nanos(seen.waited.load(Relaxed));
        self.call.record("wait_ms", milliseconds(waited));
        self.call
            .record("hold_ms", milliseconds(seen.held.unwrap_or_default()));
        #[cfg(feature = "metrics")]
        Figures {
            transaction: seen.transaction,
            system: seen.system,
            outcome,
            attempts: seen.attempts,
            waited,
            held: seen.held,
        }
        .record();
    }
}

impl Seen {
    fn record_failure(&self, span: &Span, class: Option<Class>) {
        let Some(class) = class else { return };
        let (class, code) = match &self.failure {
            Some((seen, code)) => (*seen, code.as_deref()),
            None => (class, None),
        };
        span.record("error.type", class.name());
        if let Some(code) = code {
            span.record("db.response.status_code", code);
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        // `ended` has taken it unless the call was dropped before its end. The caller saw no
        // outcome, even if COMMIT goes on in the background.
        if self.seen.is_some() {
            self.ended(
                if thread::panicking() {
                    "panicked"
                } else {
                    "cancelled"
                },
                None,
            );
        }
    }
}

/// OpenTelemetry's name of the database. MariaDB has the name of MySQL, because sqlx uses one
/// driver for both.
fn system(name: &str) -> &'static str {
    match name {
        "PostgreSQL" => "postgresql",
        "MySQL" => "mysql",
        "SQLite" => "sqlite",
        _ => "other_sql",
    }
}

/// Rounded to the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
