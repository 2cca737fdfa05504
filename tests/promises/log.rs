//! What was logged in a test.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

/// Far more than anybody needs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was written so far.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What this thread logs from now on, for as long as the guard is kept.
    pub(crate) fn of_this_thread(level: tracing::Level) -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(log.clone());
        (log, tracing::subscriber::set_default(subscriber.finish()))
    }

    /// The same, and when spans close: what was recorded of them is on that line.
    pub(crate) fn of_spans(level: tracing::Level) -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt().with_span_events(FmtSpan::CLOSE);
        let subscriber = subscriber.with_max_level(level).with_ansi(false).with_writer(log.clone());
        (log, tracing::subscriber::set_default(subscriber.finish()))
    }

    /// What was recorded of the span that starts so, when it was closed. SQLite's thread may keep one a little longer than the call.
    pub(crate) async fn closed(&self, span: &str) -> String {
        let asked = Instant::now();
        loop {
            let written = self.read();
            let closes = written.lines().filter(|line| line.contains(": close "));
            let mut from_span_on = closes.filter_map(|line| Some(&line[line.rfind(span)?..]));
            if let Some(line) = from_span_on.find(|rest| !rest.contains("}:db.") && !rest.contains("}:of the body")) {
                return line.to_owned();
            }
            assert!(asked.elapsed() < PATIENCE, "{span} was not closed:\n{written}");
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no writer panics")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panics").extend_from_slice(text);
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
