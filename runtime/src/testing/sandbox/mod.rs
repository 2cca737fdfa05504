//! [`Sandbox`]: one connection inside a transaction that is never committed, on which a whole
//! application can be tested.
//!
//! This file opens and ends that transaction. `guard.rs` makes the pool of one connection. What a
//! transaction of the application does inside it is in `transaction/sandbox/`, and the SQL is in
//! `driver/*/testing/sandbox.rs`.
mod guard;

use std::{
    fmt, mem,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use sqlx::{Connection as _, Pool, SqlStr};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::driver::testing::fault::FaultAt;
use crate::{
    db::Db,
    driver::{Backend, Driver, execution::Execution, testing::sandbox::Sandboxing},
    mode::{Level, ReadWrite, Terms, isolation},
    session::source::{Begin, Origin, Source},
    transaction::sandbox::{
        EnclosingTransaction,
        record::{Record, locked},
    },
};

/// A database for one test. Everything that the test commits in it is rolled back when the sandbox
/// is closed or dropped.
///
/// A sandbox has one connection, which is inside a transaction that is never committed. The
/// application under test is built with [`db`](Self::db), an ordinary [`Db`]. Each transaction that
/// it begins is a savepoint on that connection. Calls that run at the same time take turns, first
/// come, first served.
///
/// ```
/// # use sqlx::{Sqlite, sqlite::SqlitePoolOptions};
/// # use sqlx_transactional::{Sandbox, Session, transactional};
/// #[transactional]
/// async fn sign_up(session: &mut Session<Sqlite>, name: &str) -> Result<(), sqlx::Error> {
///     sqlx::query("INSERT INTO users (name) VALUES (?)").bind(name).execute(session).await?;
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// # let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
/// # sqlx::raw_sql("CREATE TABLE users (name TEXT UNIQUE)").execute(&pool).await?;
/// let sandbox = Sandbox::open(&pool).await?;
/// let db = sandbox.db();
/// sign_up(&db, "ada").await?;
/// assert!(sign_up(&db, "ada").await.is_err(), "the name is taken");
/// sandbox.close().await?;
///
/// sign_up(&pool, "ada").await?; // it was never there
/// # Ok(())
/// # }
/// ```
///
/// # As in production
/// - `Err`, a panic and a cancelled call roll back the call's transaction.
/// - Hooks run after the commit of an outermost call, in the order of their registration.
/// - On PostgreSQL and SQLite, that commit checks deferred constraints if the transaction may
///   write.
/// - A read-only session cannot write. A function that needs a stronger isolation level than the
///   sandbox has gets an error, which says how to open the sandbox.
/// - The defaults of a [`Db`] apply ([`Db::with_timeout`] and the other `with_` methods).
///   [`health`](Db::health) and [`stats`](Db::stats) report on a pool of one connection. After
///   [`close`](Db::close), the test can still read the data through the sandbox.
/// - A call can be cancelled at any point: by its `timeout`, a disconnected client, `select!` or
///   [`Db::close`](crate::Db::close). Its transaction is rolled back, its running statement is
///   stopped, and the next waiting call gets the connection.
/// - A body can go on after one of its statements or nested calls was cancelled. The effect on its
///   transaction is that of production: on MySQL, the whole transaction of the body is over.
///
/// # Different from production
/// - A task cannot begin a second transaction while it has one open (`requires_new`, or a call in a
///   body that is given the `Db` and not the session). It would wait for its own connection, so it
///   gets an error at once.
/// - [`with_readers`](Db::with_readers) has no effect, because a reader does not see uncommitted
///   data. A [token](Db::after) never makes a call wait, because each call sees all data of the
///   sandbox.
/// - On PostgreSQL and MySQL, numbers from a sequence or an `AUTO_INCREMENT` are not given back, as
///   after any rollback. On SQLite they are rolled back.
/// - On PostgreSQL, `now()` always returns the time at which the sandbox was opened.
/// - On MySQL, a deadlock with another test ends the whole sandbox. So does a statement that is
///   cancelled on [`session.connection()`](crate::Session::connection) or on the pool, where the
///   sandbox does not see it. Later calls return an error that says so.
/// - On SQLite, a cancelled write runs to its end before it is rolled back, because SQLite would
///   roll back the whole sandbox if the write was interrupted.
///
/// # Parallel tests
/// Each sandbox has a connection of its own. It keeps the locks of everything that was written in
/// it until it ends. So tests that run in parallel on one database must not write the same rows or
/// unique keys. Use different names in each test.
/// - On PostgreSQL and MySQL, a test that writes a unique key of another sandbox waits until that
///   sandbox is closed. With [`Db::with_lock_timeout`] it fails instead.
/// - On MySQL, open the sandboxes with [`open_in::<ReadCommitted>`](Self::open_in). The default of
///   the server is REPEATABLE READ. There, a statement that finds no row locks the gap around it,
///   and tests that then insert into that gap are in a deadlock.
/// - A SQLite file has one writer, so its sandboxes take turns. Opening one waits until the other
///   has ended, and fails after the busy timeout. Tests with an in-memory database each do not wait
///   for each other.
pub struct Sandbox<DB: Driver> {
    /// The handle of the test itself. [`db`](Self::db) returns others.
    db: Db<DB>,
    enclosing: Arc<EnclosingTransaction<DB>>,
    record: Arc<Record>,
    /// Tells calls on the sandbox's handles that it ends. Cancelled before the rollback.
    over: CancellationToken,
    /// `None` once it is closed, so that dropping it does nothing.
    end: Option<End>,
}

/// What the rollback needs.
struct End {
    /// Whether the pool belongs to the caller, and must stay open.
    borrowed: bool,
    runtime: Handle,
}

impl<DB: Driver> Sandbox<DB> {
    /// Opens a sandbox at the default isolation level of the server.
    ///
    /// It takes one connection out of `pool`, set up as the pool does it, and opens a second one
    /// for a moment. If `pool` has a maximum of one connection and leads to SQLite, the sandbox
    /// uses that pool until it is closed, because the database may be in memory.
    ///
    /// # Errors
    /// Fails if no connection can be acquired or opened, or outside a Tokio runtime.
    pub async fn open(pool: &Pool<DB>) -> Result<Self, sqlx::Error> {
        Self::open_in::<ReadWrite>(pool).await
    }

    /// Opens a sandbox at the isolation level of a [mode](crate::mode):
    /// `Sandbox::open_in::<Serializable>(&pool)`. Functions that need a weaker level run at this
    /// level too.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_in<M: Level + ?Sized>(pool: &Pool<DB>) -> Result<Self, sqlx::Error> {
        let runtime = Handle::try_current().map_err(|_| {
            sqlx::Error::Configuration(
                "a sandbox needs a tokio runtime: open it inside of one".into(),
            )
        })?;
        let level = isolation(<M::Marker as Terms>::LEVEL);
        let mut connection = pool.acquire().await?;
        let (rules, backend) = (
            DB::Backend::rules(&connection),
            DB::Backend::of(&connection),
        );
        let borrowed = !rules.is_remote && pool.options().get_max_connections() == 1;
        let begin = Sandboxing::<DB>::begin_sandbox(&backend, level);
        if borrowed {
            DB::Execution::run(&mut connection, begin).await?;
        } else {
            // Begun through sqlx, which counts the depth of transactions. So a transaction that the
            // application begins through sqlx alone is a savepoint. Dropping sqlx's guard would
            // roll back.
            mem::forget(connection.begin_with(begin).await?);
        }
        let level = match level {
            Some(level) => level,
            None => backend.isolation(&mut connection).await?,
        };
        let record = Arc::new(Record::default());
        let enclosing = Arc::new(EnclosingTransaction::new(
            pool.clone(),
            level,
            rules.dialect,
            borrowed,
            Arc::clone(&record),
        ));
        let inner = if borrowed {
            pool.clone()
        } else {
            guard::pool_of(connection.detach(), pool, Arc::clone(&record)).await?
        };
        let over = CancellationToken::new();
        let db = Db::enclosed(inner, Arc::clone(&enclosing), over.clone());
        Ok(Self {
            db,
            enclosing,
            record,
            over,
            end: Some(End { borrowed, runtime }),
        })
    }

    /// Returns a new handle to build an application with.
    ///
    /// [`Db::close`] on this handle or a clone ends that application only. The sandbox stays open:
    /// the test can go on with `&sandbox`, and can start the application again with another handle.
    ///
    /// # Defaults
    /// The handle has the defaults of [`Db`], not those of other handles of the sandbox.
    #[must_use]
    pub fn db(&self) -> Db<DB> {
        Db::enclosed(
            self.db.pool().clone(),
            Arc::clone(&self.enclosing),
            self.over.clone(),
        )
    }

    /// Makes the next transaction fail that reaches the point of the fault. `Fault::Deadlock` fails
    /// the first statement, `Fault::Deadlock.at_statement(3)` the third, and
    /// `Fault::SerializationFailure.at_commit()` fails COMMIT.
    ///
    /// Further faults wait in a queue. Each one fails one attempt, in the order of the calls of
    /// this method.
    pub fn fail_next(&self, fault: impl Into<FaultAt>) {
        self.record.add(fault.into());
    }

    /// The number of faults that have not occurred yet.
    #[must_use]
    pub fn faults_waiting(&self) -> usize {
        self.record.waiting()
    }

    /// The SQL of the statements that ran in sessions, in order. Statements that begin or end a
    /// transaction are not included.
    #[must_use]
    pub fn statements(&self) -> Vec<String> {
        locked(&self.record.statements).clone()
    }

    /// The number of committed transactions. Joined and nested calls are not counted.
    #[must_use]
    pub fn committed(&self) -> usize {
        self.record.committed.load(Relaxed)
    }

    /// The number of transactions that were rolled back, including attempts that were tried again.
    #[must_use]
    pub fn rolled_back(&self) -> usize {
        self.record.rolled_back.load(Relaxed)
    }

    /// The number of `after_commit` hooks that were started.
    #[must_use]
    pub fn hooks_run(&self) -> usize {
        self.record.hooks.load(Relaxed)
    }

    /// Runs `sql` outside of any call, to fill the database before the test.
    ///
    /// # Errors
    /// The error of the database, or an error if `sql` has ended the transaction of the sandbox.
    pub(crate) async fn run(&self, sql: SqlStr) -> Result<(), sqlx::Error> {
        let mut connection = self
            .db
            .pool()
            .acquire()
            .await
            .map_err(crate::transaction::sandbox::lost)?;
        DB::Execution::run(&mut connection, sql).await?;
        if crate::transaction::sandbox::is_open::<DB>(&mut connection).await? {
            Ok(())
        } else {
            Err(crate::transaction::sandbox::over(
                "this has ended its transaction",
            ))
        }
    }

    /// Whether a transaction had a deadlock or a serialization failure that was not a requested
    /// fault. A sandbox has one connection, so the conflict was with another test.
    pub(crate) fn has_met_a_conflict(&self) -> bool {
        self.record.has_met_a_conflict()
    }

    /// Rolls everything back and ends the sandbox. Running calls, and calls that already wait for
    /// the connection, end first. Later calls fail.
    ///
    /// # Errors
    /// Fails if the sandbox's transaction has ended before: a statement committed it, or the server
    /// rolled it back. Also fails if the database does not answer.
    ///
    /// # Cancellation
    /// The sandbox is dropped, and rolled back in the background.
    pub async fn close(mut self) -> Result<(), sqlx::Error> {
        let Some(End { borrowed, .. }) = self.end else {
            return Ok(());
        };
        let outcome = roll_back(self.db.pool(), borrowed, &self.record, &self.over).await;
        self.end = None;
        outcome
    }
}

async fn roll_back<DB: Driver>(
    pool: &Pool<DB>,
    borrowed: bool,
    record: &Record,
    over: &CancellationToken,
) -> Result<(), sqlx::Error> {
    let ended = || {
        crate::transaction::sandbox::over(
            "something has ended its transaction: what was committed so far may be stored",
        )
    };
    let turn = pool.acquire().await;
    // Not before `acquire`: the pool is first come, first served, so earlier calls end normally.
    over.cancel();
    let mut connection = match turn {
        Err(_) if record.has_ended() => return Err(ended()),
        // The connection is closed, so the server has rolled the transaction back.
        Err(sqlx::Error::PoolClosed) => return Ok(()),
        turn => turn.map_err(crate::transaction::sandbox::lost)?,
    };
    let open = crate::transaction::sandbox::is_open::<DB>(&mut connection).await;
    let rolled_back = DB::Execution::run(&mut connection, SqlStr::from_static("ROLLBACK")).await;
    drop(connection);
    if !borrowed {
        pool.close().await;
    }
    if open? { rolled_back } else { Err(ended()) }
}

impl<DB: Driver> Drop for Sandbox<DB> {
    fn drop(&mut self) {
        let Some(End { borrowed, runtime }) = self.end.take() else {
            return;
        };
        let (pool, record, over) = (
            self.db.pool().clone(),
            Arc::clone(&self.record),
            self.over.clone(),
        );
        runtime.spawn(async move {
            if let Err(error) = roll_back(&pool, borrowed, &record, &over).await {
                tracing::warn!(%error, "a sandbox that was not closed could not be rolled back");
            }
        });
    }
}

/// `&sandbox` can be passed wherever a `&Db` can.
#[diagnostic::do_not_recommend]
impl<DB: Driver> Begin<DB> for &Sandbox<DB> {
    fn origin(self) -> Origin<'static, DB> {
        Begin::origin(&self.db)
    }
}

#[diagnostic::do_not_recommend]
impl<'h, DB: Driver, M: ?Sized> Source<'h, DB, M> for &'h Sandbox<DB> {
    fn origin(self) -> Origin<'h, DB> {
        Begin::origin(self)
    }
}

impl<DB: Driver> fmt::Debug for Sandbox<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("database", &DB::NAME)
            .finish_non_exhaustive()
    }
}
