//! What happened in a sandbox, and which faults are still to come.
use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
};

use crate::driver::testing::fault::{Fault, FaultAt, Point};

#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) statements: Mutex<Vec<String>>,
    faults: Mutex<VecDeque<FaultAt>>,
    pub(crate) committed: AtomicUsize,
    pub(crate) rolled_back: AtomicUsize,
    pub(crate) hooks: AtomicUsize,
    /// A transaction was in conflict with another connection: inside of the sandbox there is only
    /// one.
    conflict: AtomicBool,
    /// The transaction that encloses the sandbox has ended.
    ended: AtomicBool,
}

impl Record {
    pub(crate) fn note_statement(&self, text: &str) {
        locked(&self.statements).push(text.to_owned());
    }

    pub(crate) fn note_commit(&self, hooks: usize) {
        self.committed.fetch_add(1, Relaxed);
        self.hooks.fetch_add(hooks, Relaxed);
    }

    pub(crate) fn note_rollback(&self) {
        self.rolled_back.fetch_add(1, Relaxed);
    }

    pub(crate) fn note_conflict(&self) {
        self.conflict.store(true, Relaxed);
    }

    pub(crate) fn has_met_a_conflict(&self) -> bool {
        self.conflict.load(Relaxed)
    }

    pub(crate) fn note_end(&self) {
        self.ended.store(true, Relaxed);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Relaxed)
    }

    pub(crate) fn add(&self, fault: FaultAt) {
        locked(&self.faults).push_back(fault);
    }

    pub(crate) fn waiting(&self) -> usize {
        locked(&self.faults).len()
    }

    /// The next fault, if it is asked for at this point.
    pub(crate) fn take(&self, here: Point) -> Option<Fault> {
        let mut faults = locked(&self.faults);
        let next = faults.front().copied()?;
        (next.point == here).then(|| {
            faults.pop_front();
            next.fault
        })
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
