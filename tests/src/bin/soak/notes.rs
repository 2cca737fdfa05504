//! Which hooks have run, by call.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// How often each hook of a call has run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ran {
    pub(crate) after_commit: u32,
    pub(crate) after_rollback: u32,
}

/// Cheap to clone. All clones share the same notes.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<HashMap<i64, Ran>>>);

impl Notes {
    /// A hook for after COMMIT.
    pub(crate) fn committed(&self, id: i64) -> impl Future<Output = ()> + Send + 'static {
        self.hook(id, |ran| ran.after_commit += 1)
    }

    /// A hook for after ROLLBACK.
    pub(crate) fn rolled_back(&self, id: i64) -> impl Future<Output = ()> + Send + 'static {
        self.hook(id, |ran| ran.after_rollback += 1)
    }

    /// Which hooks of a call have run.
    pub(crate) fn of(&self, id: i64) -> Ran {
        self.0
            .lock()
            .expect("no holder panics")
            .get(&id)
            .copied()
            .unwrap_or_default()
    }

    fn hook(
        &self,
        id: i64,
        count: impl FnOnce(&mut Ran) + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let notes = self.clone();
        async move {
            count(
                notes
                    .0
                    .lock()
                    .expect("no holder panics")
                    .entry(id)
                    .or_default(),
            );
        }
    }
}
