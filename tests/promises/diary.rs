//! A record of what hooks have done.

use std::sync::{Arc, Mutex};

/// What has run, in order.
#[derive(Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<Vec<&'static str>>>);

impl Diary {
    pub(crate) fn note(&self, what: &'static str) -> impl Future<Output = ()> + Send + 'static {
        let diary = self.clone();
        async move { diary.0.lock().expect("no holder panics").push(what) }
    }

    /// Whether a hook that holds a clone of the diary has neither run nor been dropped.
    pub(crate) fn is_waiting(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    pub(crate) fn read(&self) -> Vec<&'static str> {
        self.0.lock().expect("no holder panics").clone()
    }
}
