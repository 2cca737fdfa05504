//! The runtime that a `Db` was opened in. It opens the connections of the `Db` and runs its
//! background work, for calls from other runtimes too. A caller's runtime can end sooner, for
//! example an actix-web worker's. A socket that was opened there would break with it, even while
//! another caller uses it.
use std::{
    future::Future,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use sqlx::{Pool, pool::PoolConnection};
use tokio::{runtime::Handle, time::timeout};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::{driver::Driver, transaction::connection::Connection};

/// How long the runtime may take to begin a task. If it takes longer, no thread drives it: its
/// `block_on` has returned, and it has no worker threads.
const TASK_START: Duration = Duration::from_secs(1);

/// `None` for a plain pool: a connection then belongs to the runtime of the call that opens it.
#[derive(Debug, Clone)]
pub(crate) struct DbRuntime(Option<Arc<Runtime>>);

#[derive(Debug)]
struct Runtime {
    handle: Handle,
    /// Set once the runtime has ended or is not driven any more. Callers then open connections in
    /// their own runtime.
    abandoned: AtomicBool,
}

impl DbRuntime {
    pub(crate) const NONE: Self = Self(None);

    /// The current runtime. None outside of a tokio runtime.
    pub(crate) fn here() -> Self {
        Self(Handle::try_current().ok().map(|handle| {
            Arc::new(Runtime {
                handle,
                abandoned: AtomicBool::new(false),
            })
        }))
    }

    /// Returns the connection that `acquire` finds in `pool`, as one that belongs to this runtime.
    /// Where this runtime does not run any more, returns a new one of the caller's runtime.
    ///
    /// # Errors
    /// The error of `acquire`, or the caller is outside a tokio runtime.
    ///
    /// # Cancellation
    /// `acquire` is dropped. A connection that it has already found in the other runtime is closed.
    pub(crate) async fn connection<DB, A>(
        &self,
        pool: &Pool<DB>,
        acquire: impl Fn() -> A,
    ) -> Result<Connection<DB>, sqlx::Error>
    where
        DB: Driver,
        A: Future<Output = Result<PoolConnection<DB>, sqlx::Error>> + Send + 'static,
    {
        let here = Handle::try_current().map_err(|_| {
            sqlx::Error::Configuration(
                "a transaction needs a tokio runtime: call the function inside of one".into(),
            )
        })?;
        let Some(db_runtime) = self.elsewhere(&here) else {
            return Ok(Connection::new(acquire().await?, here));
        };
        if !db_runtime.abandoned.load(Relaxed) {
            // Boxed, so that the future stays small for a call in the `Db`'s own runtime.
            if let Some(found) = Box::pin(db_runtime.connection(acquire())).await {
                return found;
            }
            db_runtime.abandoned.store(true, Relaxed);
            tracing::warn!(
                "the runtime that the database was opened in does not run any more: connections are opened by their callers"
            );
        }
        close_idle(pool, &here);
        Ok(Connection::of_one_call(acquire().await?, here))
    }

    /// The `Db`'s runtime, if it is another one than `here` and still runs. A call in the `Db`'s
    /// own runtime pays only for this comparison of two ids.
    fn elsewhere(&self, here: &Handle) -> Option<&Runtime> {
        self.0
            .as_deref()
            .filter(|db_runtime| db_runtime.handle.id() != here.id())
    }
}

/// Closes the idle connections of the pool, which were opened in a runtime that does not run any
/// more.
///
/// BEGIN does not show that: a socket whose runtime has ended is still written to, and read from if
/// the server has answered by then. Only a read that has to wait fails. If BEGIN was answered at
/// once, that read belongs to one of the caller's statements.
fn close_idle<DB: Driver>(pool: &Pool<DB>, here: &Handle) {
    while let Some(idle) = pool.try_acquire() {
        let idle = Connection::<DB>::new(idle, here.clone());
        if !idle.rules().is_remote {
            // It has a thread and no socket, and may be the database.
            return idle.give_back();
        }
    }
}

impl Runtime {
    /// Runs `acquire` in a task of this runtime. `None` if the runtime does not run the task.
    async fn connection<DB: Driver>(
        &self,
        acquire: impl Future<Output = Result<PoolConnection<DB>, sqlx::Error>> + Send + 'static,
    ) -> Option<Result<Connection<DB>, sqlx::Error>> {
        let (begun, runtime) = (Arc::new(AtomicBool::new(false)), self.handle.clone());
        let begins = Arc::clone(&begun);
        let acquired = async move {
            begins.store(true, Relaxed);
            // Wrapped inside of the task: if the caller is cancelled before it takes the result,
            // `Connection` enters this runtime to close it. sqlx's own type would panic when
            // dropped outside a runtime.
            Ok(Connection::new(acquire.await?, runtime))
        };
        let mut acquired = AbortOnDropHandle::new(self.handle.spawn(acquired.in_current_span()));
        let found = match timeout(TASK_START, &mut acquired).await {
            Ok(found) => found,
            // The task has begun, so the pool is slow and not the runtime. The pool has its own
            // timeout.
            Err(_) if begun.load(Relaxed) => acquired.await,
            Err(_) => return None,
        };
        match found {
            Ok(found) => Some(found),
            Err(ended) if ended.is_cancelled() => None,
            // A panic in an `on_connect` hook continues in the request, as if the hook had run
            // there.
            Err(panicked) => resume_unwind(panicked.into_panic()),
        }
    }
}
