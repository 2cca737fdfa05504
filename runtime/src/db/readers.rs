//! The pools for transactions that only read: which one is next, and which ones are left out
//! because they do not answer.
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

/// A reader that has no connection with an open transaction on it in this time is taken for lost:
/// there are others, and the writer. As long as any server has for its answer to BEGIN. A call
/// waits for it once: afterwards the reader is left out.
const ANSWER: Duration = Duration::from_secs(1);
/// Between two looks at a reader that is left out; not less than a look takes, so that there is one
/// at a time.
const LOOK_AGAIN: Duration = ANSWER;
/// Its name in the log.
const LOOK: &str = "whether a reader is back";

/// The readers of a database, in the order in which they were given.
pub(crate) struct Readers<DB: Driver> {
    all: Vec<Arc<Reader<DB>>>,
    /// Who is asked first among those that are equally busy.
    turn: AtomicUsize,
}

/// One of them.
pub(crate) struct Reader<DB: Driver> {
    number: usize,
    pool: Pool<DB>,
    runtime: DbRuntime,
    left_out: AtomicBool,
    /// Only looked at while it is left out.
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
                left_out: AtomicBool::new(false),
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

    /// The one with the fewest connections in use: unlike turns, this leaves a slow one alone until
    /// it has caught up. None: all are left out, or this task would wait for itself on them.
    pub(super) fn choose(&self) -> Option<&Arc<Reader<DB>>> {
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

    /// A transaction on it, and how that begins.
    ///
    /// # Errors
    /// None within a time that is at most `most`. The reader is left out then.
    pub(super) async fn open(
        self: &Arc<Self>,
        opening: &BeginOptions,
        after: Option<&Token>,
        caller: &BeginRequest<'_, DB>,
        most: Duration,
    ) -> Result<(Transaction<DB>, BeginOutcome), sqlx::Error> {
        let bound = self.bound();
        match timeout(
            bound.min(most),
            begin::open(&self.pool, opening, after, caller),
        )
        .await
        {
            Ok(Ok(opened)) => Ok(opened),
            Ok(Err(error)) => {
                self.leave_out(&error, LOOK_AGAIN);
                Err(error)
            }
            // A call in a hurry is no reason to give up a reader that needs time for a new
            // connection.
            Err(_) => {
                self.leave_out(
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

    /// A file cannot fall silent: that it takes its time means that it has much to do, and the one
    /// writer more so.
    fn bound(&self) -> Duration {
        if DB::Backend::rules_for(&self.pool.connect_options()).has_one_writer {
            self.pool.options().get_acquire_timeout()
        } else {
            ANSWER
        }
    }

    /// A transaction on it has lost its connection: others are kept away until it is known whether
    /// that was all.
    pub(crate) fn suspect(self: &Arc<Self>, error: &dyn std::fmt::Display) {
        self.leave_out(error, Duration::ZERO);
    }

    fn leave_out(self: &Arc<Self>, error: &dyn std::fmt::Display, pause: Duration) {
        if self.left_out.swap(true, Relaxed) {
            return;
        }
        tracing::warn!(reader = self.number, %error, "a reader is left out until it answers");
        *self.look_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + pause);
        self.look_if_due();
    }

    /// Whether calls may begin on it. If not, it is looked at in the background from time to time:
    /// no call has to wait for one that is away.
    fn answers(self: &Arc<Self>) -> bool {
        if !self.left_out.load(Relaxed) {
            return true;
        }
        self.look_if_due();
        false
    }

    fn look_if_due(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let mut look_at = self.look_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if look_at.is_none_or(|at| at <= now) {
            *look_at = Some(now + LOOK_AGAIN);
            runtime.spawn(Arc::clone(self).look());
        }
    }

    /// Begins what a call would begin.
    async fn look(self: Arc<Self>) {
        let caller = BeginRequest::internal(LOOK, &self.runtime);
        let opened = timeout(
            ANSWER,
            begin::open(&self.pool, &BeginOptions::plain(false), None, &caller),
        )
        .await;
        match opened {
            Ok(Ok((transaction, _))) => {
                self.left_out.store(false, Relaxed);
                tracing::info!(reader = self.number, "a reader answers again");
                transaction.roll_back().await;
            }
            Ok(Err(error)) => {
                tracing::debug!(reader = self.number, %error, "a reader does not answer yet")
            }
            Err(_) => tracing::debug!(reader = self.number, "a reader does not answer yet"),
        }
    }
}
