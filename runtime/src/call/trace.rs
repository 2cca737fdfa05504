//! What is seen of a call from outside: a span for all of it, one for each attempt, which the body
//! is in, and its figures. Nothing is measured, and nothing allocated, where nobody listens. The
//! names are OpenTelemetry's where it has one:
//! <https://opentelemetry.io/docs/specs/semconv/database/>.
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
    /// Of the attempt that runs; for a call that joined, the only one that it has.
    attempt: Span,
    /// None where nobody listens to the call's: then it takes no room in the future of a call
    /// either.
    seen: Option<Box<Seen>>,
}

#[derive(Default)]
struct Seen {
    #[cfg(feature = "metrics")]
    transaction: &'static str,
    #[cfg(feature = "metrics")]
    system: &'static str,
    attempts: u32,
    /// Of the last attempt.
    pool: Option<&'static str>,
    /// Nanoseconds.
    waited: AtomicU64,
    /// None: there was no connection.
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

    /// One more attempt of a call that begins a transaction.
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

    /// A call inside of another one's transaction.
    pub(super) fn joins(&mut self, name: &'static str, nested: bool) {
        self.attempt = if nested {
            debug_span!("db.savepoint", transaction = name, outcome = Empty)
        } else {
            debug_span!("db.join", transaction = name, outcome = Empty)
        };
    }

    /// Which pool the connection is from: `writer` or `reader`.
    pub(super) fn pool(&mut self, role: &'static str) {
        if let Some(seen) = &mut self.seen {
            seen.pool = Some(role);
        }
    }

    /// The span around all attempts.
    pub(super) fn call(&self) -> Span {
        self.call.clone()
    }

    /// The span of what runs now; that of the call, where attempts are not listened to.
    pub(super) fn innermost(&self) -> Span {
        if self.attempt.is_disabled() {
            self.call.clone()
        } else {
            self.attempt.clone()
        }
    }

    /// Where the time for a connection is counted, in nanoseconds.
    pub(super) fn waited(&self) -> Option<&AtomicU64> {
        self.seen.as_ref().map(|seen| &seen.waited)
    }

    /// A connection is held from now on, or still.
    pub(super) fn holds(&mut self) {
        if let Some(seen) = &mut self.seen {
            seen.held_since.get_or_insert_with(Instant::now);
        }
    }

    pub(super) fn lets_go(&mut self) {
        if let Some(seen) = &mut self.seen
            && let Some(since) = seen.held_since.take()
        {
            *seen.held.get_or_insert_default() += since.elapsed();
        }
    }

    /// What went wrong, as far as the session saw it.
    pub(super) fn failed(&mut self, class: Class, code: Option<Cow<'_, str>>) {
        if let Some(seen) = &mut self.seen {
            seen.failure = Some((class, code.map(Cow::into_owned)));
        }
    }

    /// An attempt that is followed by another.
    pub(super) fn attempt_failed(&mut self, class: Option<Class>) {
        if let Some(seen) = &self.seen {
            seen.record_failure(&self.attempt, class);
        }
        self.attempt = Span::none();
    }

    /// A call that joined has ended.
    pub(super) fn left(&self, success: bool) {
        self.attempt
            .record("outcome", if success { "kept" } else { "failed" });
    }

    /// The call has ended.
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

/// As OpenTelemetry has them; a MariaDB server is not told from a MySQL one.
fn system(name: &str) -> &'static str {
    match name {
        "PostgreSQL" => "postgresql",
        "MySQL" => "mysql",
        "SQLite" => "sqlite",
        _ => "other_sql",
    }
}

/// To the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
