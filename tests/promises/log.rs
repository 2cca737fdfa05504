//! The log of a test.

use std::fmt::{self, Write as _};
use std::io;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// What was logged so far.
#[derive(Clone, Default)]
pub(crate) struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    spans: Spans,
}

/// What was recorded of each span, as `name{field=value field=value`.
type Spans = Arc<Mutex<Vec<(Id, String)>>>;

struct Recorded(Spans);

impl<S: Subscriber> Layer<S> for Recorded {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let mut text = format!("{}{{", attributes.metadata().name());
        attributes.record(&mut Fields(&mut text));
        self.0
            .lock()
            .expect("no test panics in it")
            .push((id.clone(), text));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut spans = self.0.lock().expect("no test panics in it");
        if let Some((_, text)) = spans.iter_mut().rev().find(|(known, _)| known == id) {
            values.record(&mut Fields(text));
        }
    }
}

struct Fields<'t>(&'t mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let space = if self.0.ends_with('{') { "" } else { " " };
        write!(self.0, "{space}{field}={value:?}").expect("a text takes all");
    }
}

impl Log {
    /// What this thread logs from now on, until the guard is dropped.
    pub(crate) fn of_this_thread(
        level: tracing::Level,
    ) -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .with_writer(log.clone());
        (log, tracing::subscriber::set_default(subscriber.finish()))
    }

    /// The same, with the records of spans, but without their close events. SQLite's thread enters
    /// spans, and a subscriber of the test's thread never sees them close.
    pub(crate) fn of_spans(level: tracing::Level) -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let written = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(log.clone());
        let layers = written
            .and_then(Recorded(Arc::clone(&log.spans)))
            .with_filter(LevelFilter::from_level(level));
        (
            log,
            tracing::subscriber::set_default(tracing_subscriber::registry().with(layers)),
        )
    }

    /// The record so far of the first span with this beginning.
    pub(crate) fn span(&self, start: &str) -> String {
        let spans = self.spans.lock().expect("no layer panics");
        let found = spans.iter().find(|(_, span)| span.starts_with(start));
        found
            .unwrap_or_else(|| panic!("{start} is not in {spans:#?}"))
            .1
            .clone()
    }

    pub(crate) fn read(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("no writer panics")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.text
            .lock()
            .expect("no writer panics")
            .extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
