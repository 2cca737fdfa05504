//! Work that is done once for all tests of a process, such as running the migrations. Across
//! processes, locks do this: see `clone.rs` and `directory.rs`.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::testing::failure::Failure;

/// One result for each key. The first test that needs it does the work, and other tests block their
/// thread until it is done: none of their futures runs yet. A failure is kept as a result too.
/// Otherwise each test would wait for a server that is down until a timeout.
pub(super) struct OncePerKey<T> {
    done: Mutex<BTreeMap<String, Arc<Cell<T>>>>,
}

type Cell<T> = OnceLock<Result<T, Failure>>;

impl<T: Clone> OncePerKey<T> {
    pub(super) const fn new() -> Self {
        Self {
            done: Mutex::new(BTreeMap::new()),
        }
    }

    pub(super) fn get(
        &self,
        key: String,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = Arc::clone(done.entry(key).or_default());
        drop(done);
        cell.get_or_init(work).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU32, Ordering::SeqCst},
        thread,
    };

    use super::*;

    #[test]
    fn the_work_is_done_once_for_each_key_whatever_comes_of_it() {
        let (once, runs) = (OncePerKey::new(), AtomicU32::new(0));
        let get = |key: &str| {
            once.get(key.to_owned(), || {
                runs.fetch_add(1, SeqCst);
                if key == "bad" {
                    Err(Failure::text("it failed"))
                } else {
                    Ok(key.len())
                }
            })
        };
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    assert_eq!(get("good").map_err(|failure| failure.to_string()), Ok(4));
                });
                scope.spawn(|| {
                    assert_eq!(
                        get("bad").map_err(|failure| failure.to_string()),
                        Err("it failed".to_owned())
                    );
                });
            }
        });
        assert_eq!(runs.load(SeqCst), 2);
    }
}
