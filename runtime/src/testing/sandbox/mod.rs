//! Tests that leave nothing behind: one connection, inside of a transaction that is never
//! committed, for a whole application.
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

/// A database for one test: whatever is committed in it is gone when it is closed or dropped.
///
/// There is one connection, inside of a transaction that is never committed. The application is
/// given [`db`](Self::db), and cannot tell the difference: each transaction that it begins is a
/// savepoint, and calls that run at the same time take turns, in the order in which they came.
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
/// # What is as in production
/// `Err`, a panic and a cancelled call roll back to the savepoint; hooks run after each commit of
/// an outermost call, in their order; on PostgreSQL deferred constraints are checked by that
/// commit; what a function needs of its session is enforced: a read-only one cannot write, and one
/// that needs a stronger isolation level than the sandbox has is refused, with what to do.
///
/// So is what an application does with its [`Db`]: defaults for calls ([`Db::with_timeout`] and its
/// like), [`health`](Db::health) and [`stats`](Db::stats), of a pool of one connection, and
/// [`close`](Db::close), after which the test can still look at what is left.
/// [`with_readers`](Db::with_readers) changes nothing, since no reader sees what nobody commits;
/// whatever [token](Db::after) is asked for, a call sees all that the sandbox has, and waits for
/// nothing.
///
/// A call may be cancelled anywhere: by its `timeout`, a client that has gone, `select!`,
/// [`Db::close`](crate::Db::close). Its own transaction is rolled back, the statement that runs is
/// stopped, and whoever waits for the connection has it next. In a body that goes on after a
/// statement or a nested call of it was cut, that means what it means in production: on MySQL, that
/// the whole transaction of the body is over.
///
/// # What is not
/// - A second transaction next to an open one (`requires_new`, a call in a body that is given the
///   `Db` and not the session) would wait for itself, and is refused at once.
/// - Numbers that were drawn from a sequence or an `AUTO_INCREMENT` stay drawn on PostgreSQL and
///   MySQL, as after any rollback; those of `SQLite` are rolled back. `now()` stands still on
///   PostgreSQL.
/// - On MySQL a deadlock with another test ends the whole sandbox, as does a statement that is
///   cancelled on [`session.connection()`](crate::Session::connection) or on the pool itself, which
///   nobody watches: what is called then says so.
/// - On SQLite a write that is cancelled runs to its end before it is rolled back: stopped, it
///   would take the whole sandbox along.
///
/// # Several at the same time
/// Each sandbox has a connection of its own, and keeps the locks of all that was written in it
/// until it ends, so tests side by side on one database must not write the same rows or keys. Give
/// what they make names of their own: on PostgreSQL and MySQL, whoever writes a unique key that
/// another sandbox has written waits until that is closed; with [`Db::with_lock_timeout`] it fails
/// instead.
/// - On MySQL, open them with [`open_in::<ReadCommitted>`](Self::open_in). At the server's default,
///   REPEATABLE READ, a statement that finds no row locks the gap where it would be, and tests that
///   then insert into it are in a deadlock.
/// - On a file of `SQLite` there is one writer, so that sandboxes take turns: one is opened when
///   the other has ended, or fails after the busy timeout. Databases in memory, one for each test,
///   have nothing to wait for.
pub struct Sandbox<DB: Driver> {
    /// The test's own handle.
    db: Db<DB>,
    enclosing: Arc<EnclosingTransaction<DB>>,
    record: Arc<Record>,
    /// Cancelled before it is rolled back.
    over: CancellationToken,
    /// What ends it; none once it is closed.
    end: Option<End>,
}

struct End {
    /// Whether the pool is the caller's, and outlives the sandbox.
    borrowed: bool,
    runtime: Handle,
}

impl<DB: Driver> Sandbox<DB> {
    /// Opens a sandbox at the isolation level that the server has by default.
    ///
    /// It takes a connection out of `pool`, ready as the pool makes them, and needs a second one
    /// for a moment. A pool of one connection to `SQLite` is the sandbox itself until that is
    /// closed: its database may be in memory.
    ///
    /// # Errors
    /// No connection, or one that is not made; no tokio runtime.
    pub async fn open(pool: &Pool<DB>) -> Result<Self, sqlx::Error> {
        Self::open_in::<ReadWrite>(pool).await
    }

    /// Opens a sandbox at the isolation level of a [mode](crate::mode):
    /// `Sandbox::open_in::<Serializable>(&pool)`. Functions that need a weaker one run at it too.
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
            // sqlx counts it, and makes a savepoint of every transaction that the application
            // begins through sqlx alone.
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

    /// A handle to build an application with. It ends with [`Db::close`], of it or of a clone,
    /// while the sandbox goes on: another one is for an application that is started again, and
    /// `&sandbox` for the test itself. It has the defaults of [`Db`] until they are changed.
    #[must_use]
    pub fn db(&self) -> Db<DB> {
        Db::enclosed(
            self.db.pool().clone(),
            Arc::clone(&self.enclosing),
            self.over.clone(),
        )
    }

    /// Makes the next transaction that gets there fail: with `Fault::Deadlock` at its first
    /// statement, with `Fault::Deadlock.at_statement(3)` at its third, with
    /// `Fault::SerializationFailure.at_commit()` at COMMIT. Several are met one after the other, in
    /// the order in which they were asked for, each by one attempt.
    pub fn fail_next(&self, fault: impl Into<FaultAt>) {
        self.record.add(fault.into());
    }

    /// How many faults were asked for and not met yet.
    #[must_use]
    pub fn faults_waiting(&self) -> usize {
        self.record.waiting()
    }

    /// The SQL of the statements that were run in sessions, in order, without those that begin and
    /// end transactions.
    #[must_use]
    pub fn statements(&self) -> Vec<String> {
        locked(&self.record.statements).clone()
    }

    /// How many transactions were committed, joined and nested calls not counted.
    #[must_use]
    pub fn committed(&self) -> usize {
        self.record.committed.load(Relaxed)
    }

    /// How many transactions were rolled back, attempts that were tried again included.
    #[must_use]
    pub fn rolled_back(&self) -> usize {
        self.record.rolled_back.load(Relaxed)
    }

    /// How many `after_commit` hooks have been started.
    #[must_use]
    pub fn hooks_run(&self) -> usize {
        self.record.hooks.load(Relaxed)
    }

    /// Runs `sql` in it, outside of any call, as a part of what it begins with.
    ///
    /// # Errors
    /// The database's; or that `sql` has ended the transaction of the sandbox.
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

    /// Whether a transaction was in a deadlock or the like that the test has not asked for: with
    /// what others do on the same database.
    pub(crate) fn has_met_a_conflict(&self) -> bool {
        self.record.has_met_a_conflict()
    }

    /// Rolls everything back, once the calls that are running have had their turn, and ends the
    /// sandbox: what is called on it later fails.
    ///
    /// # Errors
    /// The transaction of the sandbox is not there any more: something committed it, through a
    /// connection of its own, or the server rolled it back. Or the database does not answer.
    ///
    /// # Cancellation
    /// As if it was dropped: it is rolled back in the background.
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
    // Not before: whoever came first has a turn of its own.
    over.cancel();
    let mut connection = match turn {
        Err(_) if record.has_ended() => return Err(ended()),
        // With the connection, the transaction went.
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

/// What can be done with the sandbox's `Db` can be done with a reference to the sandbox.
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
