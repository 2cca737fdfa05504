//! The pools for transactions that only read. This file chooses the next reader, takes readers that
//! do not answer out of rotation, and checks in the background whether they are back.
//!
//! `routing.rs` decides whether a transaction may use a reader, and waits for positions.
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use sqlx::Pool;
use tokio::{
    runtime::Handle,
    time::{Instant, timeout},
};

use crate::{
    driver::{
        Driver,
        begin::{BeginOptions, BeginOutcome},
        connect::Connect,
        position::Token,
    },
    transaction::{
        Transaction,
        begin::{self, BeginRequest},
        runtime::DbRuntime,
        task,
    },
};

/// The time a reader has to begin a transaction, acquiring a connection included. It is the time
/// that each server has to answer BEGIN. A reader that exceeds it is taken out of rotation, so only
/// one call waits that long.
const ANSWER: Duration = Duration::from_secs(1);
/// The time between two checks of a reader that is out of rotation. It is not shorter than a check
/// can take, so that one check runs at a time.
const LOOK_AGAIN: Duration = ANSWER;
/// The name of the check's transaction in the log.
const LOOK: &str = "check of a reader";

/// The readers of a database, in the order in which they were given.
pub(crate) struct Readers<DB: Driver> {
    all: Vec<Arc<Reader<DB>>>,
    /// Counts choices, so that equally busy readers take turns.
    turn: AtomicUsize,
}

/// One reader.
pub(crate) struct Reader<DB: Driver> {
    /// The index in `Readers`, for logs and for `PoolOrDb::lost_connection`.
    number: usize,
    pool: Pool<DB>,
    runtime: DbRuntime,
    /// Whether it is out of rotation.
    out_of_rotation: AtomicBool,
    /// When the next check is due. Only used while the reader is out of rotation.
    look_at: Mutex<Option<Instant>>,
}

impl<DB: Driver> Default for Readers<DB> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            turn: AtomicUsize::new(0),
        }
    }
}

impl<DB: Driver> Readers<DB> {
    pub(crate) fn new(pools: impl IntoIterator<Item = Pool<DB>>, runtime: &DbRuntime) -> Self {
        let reader = |(number, pool)| {
            Arc::new(Reader {
                number,
                pool,
                runtime: runtime.clone(),
                out_of_rotation: AtomicBool::new(false),
                look_at: Mutex::new(None),
            })
        };
        Self {
            all: pools.into_iter().enumerate().map(reader).collect(),
            turn: AtomicUsize::new(0),
        }
    }

    pub(crate) fn pools(&self) -> impl Iterator<Item = &Pool<DB>> {
        self.all.iter().map(|reader| &reader.pool)
    }

    pub(crate) fn get(&self, number: usize) -> Option<&Arc<Reader<DB>>> {
        self.all.get(number)
    }

    /// Returns the reader with the fewest connections in use. Turns alone would give a slow reader
    /// as many calls as the others, until its pool is exhausted.
    ///
    /// Returns `None` if all readers are out of rotation, or if this task holds the only connection
    /// of each.
    pub(super) fn choose(&self) -> Option<&Arc<Reader<DB>>> {
        // `Relaxed` is enough: the counter only spreads the calls.
        let first = match self.all.len() {
            0 => return None,
            1 => 0,
            several => self.turn.fetch_add(1, Relaxed) % several,
        };
        let (before, from) = self.all.split_at(first);
        let usable = from
            .iter()
            .chain(before)
            .filter(|reader| reader.answers() && task::conflict(&reader.pool, false).is_none());
        usable.min_by_key(|reader| reader.in_use())
    }
}

impl<DB: Driver> Reader<DB> {
    pub(super) fn number(&self) -> usize {
        self.number
    }

    fn in_use(&self) -> usize {
        (self.pool.size() as usize).saturating_sub(self.pool.num_idle())
    }

    /// Begins a transaction on this reader, in at most `most`. Returns it with the driver's answer
    /// about the position `after`.
    ///
    /// # Errors
    /// The error of acquiring or of BEGIN, or `PoolTimedOut`. The reader is then out of rotation.
    ///
    /// # Cancellation
    /// The reader stays in rotation, because a cancelled call says nothing about it.
    pub(super) async fn open(
        self: &Arc<Self>,
        options: &BeginOptions,
        after: Option<&Token>,
        request: &BeginRequest<'_, DB>,
        most: Duration,
    ) -> Result<(Transaction<DB>, BeginOutcome), sqlx::Error> {
        let bound = self.bound();
        match timeout(
            bound.min(most),
            begin::open(&self.pool, options, after, request),
        )
        .await
        {
            Ok(Ok(opened)) => Ok(opened),
            Ok(Err(error)) => {
                self.take_out(&error, LOOK_AGAIN);
                Err(error)
            }
            // A call with a short timeout may end before the reader has opened a new connection. So
            // the first check follows at once, and a healthy reader is back as soon as it answers.
            Err(_) => {
                self.take_out(
                    &sqlx::Error::PoolTimedOut,
                    if most < bound {
                        Duration::ZERO
                    } else {
                        LOOK_AGAIN
                    },
                );
                Err(sqlx::Error::PoolTimedOut)
            }
        }
    }

    /// The longest time in which the reader has to begin. SQLite has the acquire timeout of the
    /// pool: a file cannot stop answering, so a slow one is busy, and its only writer is busier.
    fn bound(&self) -> Duration {
        if DB::Backend::rules_for(&self.pool.connect_options()).has_one_writer {
            self.pool.options().get_acquire_timeout()
        } else {
            ANSWER
        }
    }

    /// Takes the reader out of rotation after a transaction on it has lost its connection, until a
    /// check succeeds. If only that connection was lost, this takes one round trip.
    pub(crate) fn lost_connection(self: &Arc<Self>, error: &dyn std::fmt::Display) {
        self.take_out(error, Duration::ZERO);
    }

    /// Takes the reader out of rotation. The first check starts after `pause`.
    fn take_out(self: &Arc<Self>, error: &dyn std::fmt::Display, pause: Duration) {
        // Calls may fail on one reader at the same time. The first one logs and plans the check.
        if self.out_of_rotation.swap(true, Relaxed) {
            return;
        }
        tracing::warn!(
            reader = self.number, %error, "a reader is out of rotation until it answers"
        );
        *self.look_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + pause);
        self.look_if_due();
    }

    /// Returns true if the reader is in rotation. If not, starts a check in the background when one
    /// is due. So no call waits for a reader that is down, and an idle program checks nothing.
    fn answers(self: &Arc<Self>) -> bool {
        if !self.out_of_rotation.load(Relaxed) {
            return true;
        }
        self.look_if_due();
        false
    }

    /// Starts a check in the background if one is due.
    fn look_if_due(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let mut look_at = self.look_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if look_at.is_none_or(|at| at <= now) {
            // Set before the check begins, so that concurrent calls do not start a second one.
            *look_at = Some(now + LOOK_AGAIN);
            runtime.spawn(Arc::clone(self).look());
        }
    }

    /// Begins a transaction as a call does and rolls it back. If that works, the reader is back in
    /// rotation.
    async fn look(self: Arc<Self>) {
        let caller = BeginRequest::internal(LOOK, &self.runtime);
        let opened = timeout(
            ANSWER,
            begin::open(&self.pool, &BeginOptions::plain(false), None, &caller),
        )
        .await;
        match opened {
            Ok(Ok((transaction, _))) => {
                self.out_of_rotation.store(false, Relaxed);
                tracing::info!(reader = self.number, "a reader answers again");
                transaction.roll_back().await;
            }
            Ok(Err(error)) => {
                tracing::debug!(reader = self.number, %error, "a reader does not answer yet");
            }
            Err(_) => tracing::debug!(reader = self.number, "a reader does not answer yet"),
        }
    }
}
