//! [`Test`], which the expansion of `#[sqlx_transactional::test]` calls: it makes a database, runs
//! the test on it, and removes the database or rolls it back. A test that another test disturbs
//! runs again.
use std::{
    future::Future,
    panic::{AssertUnwindSafe, resume_unwind},
    thread,
};

use futures_util::FutureExt as _;
use sqlx::{SqlStr, migrate::Migrator};
use tokio::runtime::{Builder, Runtime};

use crate::{
    db::{Db, options::DbOptions},
    driver::{execution::Execution, testing::clone::Cloning},
    mode::Level,
    testing::{
        clone::TestDatabase, failure::Failure, migrations::Migrations, once::OncePerKey,
        parameter::Testable, sandbox::Sandbox,
    },
};

/// A test, as its attribute describes it.
#[derive(Debug)]
pub struct Test {
    migrations: Migrations,
    fixtures: Vec<Fixture>,
    multi_thread: bool,
}

/// SQL that runs before the test.
#[derive(Debug)]
struct Fixture {
    file: &'static str,
    sql: SqlStr,
}

/// The outcome of a test, and that of removing or rolling back its database.
struct Ended<R> {
    outcome: thread::Result<R>,
    database: Result<(), Failure>,
    /// Whether the test had a conflict with another test, which may be the only reason of a
    /// failure.
    was_disturbed: bool,
}

/// The maximum number of runs of a test that other tests disturb.
const ATTEMPTS: u32 = 10;

impl Test {
    /// A test with the migrations in `migrations/` of its package, if there are any. `package` is
    /// the directory of the package's Cargo.toml.
    #[must_use]
    pub fn new(package: &'static str) -> Self {
        Self {
            migrations: Migrations::by_default(package),
            fixtures: Vec::new(),
            multi_thread: false,
        }
    }

    /// Sets the directory of the migrations, relative to the package.
    #[must_use]
    pub fn migrations(mut self, directory: &'static str) -> Self {
        self.migrations = self.migrations.of_directory(directory);
        self
    }

    /// Uses the migrations of `migrator`. `name` is the user's expression, for messages.
    #[must_use]
    pub fn migrator(mut self, name: &'static str, migrator: &'static Migrator) -> Self {
        self.migrations = Migrations::Migrator { name, migrator };
        self
    }

    /// Runs no migrations.
    #[must_use]
    pub fn without_migrations(mut self) -> Self {
        self.migrations = Migrations::None;
        self
    }

    /// Adds a fixture. Fixtures run in the order in which they are added. `file` is its name in
    /// messages.
    #[must_use]
    pub fn fixture(mut self, file: &'static str, sql: &'static str) -> Self {
        self.fixtures.push(Fixture {
            file,
            sql: SqlStr::from_static(sql),
        });
        self
    }

    /// Uses Tokio's multi-thread runtime. The default is the current-thread runtime.
    #[must_use]
    pub fn multi_thread(mut self) -> Self {
        self.multi_thread = true;
        self
    }

    /// Runs the test in a sandbox at the isolation level of `M`.
    ///
    /// If the test meets a deadlock or a serialization failure that it did not ask for, it runs
    /// again, at most 10 times in all. A sandbox has one connection, so such a conflict is with
    /// another test and says nothing about the tested code.
    ///
    /// # Panics
    /// Panics if the test panics, if there is no database for it, or if the sandbox could not be
    /// rolled back.
    #[track_caller]
    pub fn in_sandbox<DB: Testable, M: Level + ?Sized, R>(
        &self,
        test: &impl AsyncFn(&Sandbox<DB>) -> R,
    ) -> R {
        let mut ended = self.sandboxed::<DB, M, R>(test);
        for _ in 1..ATTEMPTS {
            if !ended
                .as_ref()
                .map_or_else(|failure| failure.is_conflict, |ended| ended.was_disturbed)
            {
                break;
            }
            eprintln!(
                "what another test did on the same database was in the way of this one, which runs again"
            );
            ended = self.sandboxed::<DB, M, R>(test);
        }
        conclude(ended)
    }

    /// Runs the test once, on a database of its own.
    ///
    /// # Panics
    /// Panics if the test panics, if there is no database for it, or if the database could not be
    /// dropped.
    #[track_caller]
    pub fn in_clone<DB: Testable, R>(&self, test: impl AsyncFnOnce(&Db<DB>) -> R) -> R {
        conclude(self.cloned(test))
    }

    fn sandboxed<DB: Testable, M: Level + ?Sized, R>(
        &self,
        test: &impl AsyncFn(&Sandbox<DB>) -> R,
    ) -> Result<Ended<R>, Failure> {
        static MIGRATED: OncePerKey<()> = OncePerKey::new();

        let runtime = self.runtime()?;
        let migrator = self.migrations.resolve(&runtime)?;
        let options = options::<DB>()?;
        // Each connection to an in-memory database has a database of its own. The one of the
        // sandbox is migrated when the sandbox is opened.
        if !DB::Backend::is_private(options.connect_options()) {
            let key = format!("{} {}", DB::NAME, self.migrations.place());
            MIGRATED.get(key, || runtime.block_on(self.migrate_once::<DB>(migrator)))?;
        }
        runtime.block_on(async {
            let sandbox = self.sandbox::<DB, M>(options, migrator).await?;
            let outcome = outcome_of(test(&sandbox)).await;
            let was_disturbed = sandbox.has_met_a_conflict();
            let database = sandbox
                .close()
                .await
                .map_err(|error| Failure::of_sandbox(&error));
            Ok(Ended {
                outcome,
                database,
                was_disturbed,
            })
        })
    }

    fn cloned<DB: Testable, R>(
        &self,
        test: impl AsyncFnOnce(&Db<DB>) -> R,
    ) -> Result<Ended<R>, Failure> {
        let runtime = self.runtime()?;
        let migrator = self.migrations.resolve(&runtime)?;
        let options = options::<DB>()?;
        runtime.block_on(async {
            let clone = TestDatabase::make(options, &self.migrations, migrator).await?;
            let filled = self
                .fill(async |sql| {
                    DB::Execution::run(&mut *clone.db.pool().acquire().await?, sql).await
                })
                .await;
            let outcome = match filled {
                Ok(()) => Ok(outcome_of(test(&clone.db)).await),
                Err(failure) => Err(failure),
            };
            let database = clone.remove().await;
            Ok(Ended {
                outcome: outcome?,
                database,
                was_disturbed: false,
            })
        })
    }

    fn runtime(&self) -> Result<Runtime, Failure> {
        let mut builder = if self.multi_thread {
            Builder::new_multi_thread()
        } else {
            Builder::new_current_thread()
        };
        builder
            .enable_all()
            .build()
            .map_err(|error| Failure::new("there is no tokio runtime for this test", &error.into()))
    }

    /// Runs the migrations on the database that the tests of this process share.
    async fn migrate_once<DB: Testable>(&self, migrator: Option<&Migrator>) -> Result<(), Failure> {
        let options = options::<DB>()?;
        let is_file = DB::Backend::server(options.connect_options()).is_none();
        let _turn = if is_file {
            Some(crate::testing::directory::turn_to_migrate()?)
        } else {
            None
        };
        let db = options
            .pool(|pool| pool.max_connections(1).min_connections(0))
            .connect()
            .await
            .map_err(cannot_be_opened)?;
        let migrated = self.migrations.run(&db, migrator).await;
        db.pool().close().await;
        migrated
    }

    async fn sandbox<DB: Testable, M: Level + ?Sized>(
        &self,
        options: DbOptions<DB>,
        migrator: Option<&Migrator>,
    ) -> Result<Sandbox<DB>, Failure> {
        let private = DB::Backend::is_private(options.connect_options());
        let before = DB::Backend::before_sandbox(options.connect_options());
        let mut options = options.pool(|pool| pool.max_connections(1).min_connections(0));
        if let Some(sql) = before {
            options = options.on_connect(move |connection| {
                Box::pin(DB::Execution::run(connection, SqlStr::from_static(sql)))
            });
        }
        let db = options.connect_lazy().map_err(cannot_be_opened)?;
        if private {
            self.migrations.run(&db, migrator).await?;
        }
        let sandbox = Sandbox::open_in::<M>(db.pool())
            .await
            .map_err(cannot_be_opened)?;
        match self.fill(async |sql| sandbox.run(sql).await).await {
            Ok(()) => Ok(sandbox),
            Err(failure) => {
                // Its error would be a consequence of the fixture's.
                let _ = sandbox.close().await;
                Err(failure)
            }
        }
    }

    async fn fill(
        &self,
        run: impl AsyncFn(SqlStr) -> Result<(), sqlx::Error>,
    ) -> Result<(), Failure> {
        for Fixture { file, sql } in &self.fixtures {
            run(sql.clone())
                .await
                .map_err(|error| Failure::new(&format!("the fixture `{file}` failed"), &error))?;
        }
        Ok(())
    }
}

/// Runs the test and catches its panic, so that its database is removed in any case.
async fn outcome_of<R>(test: impl Future<Output = R>) -> thread::Result<R> {
    AssertUnwindSafe(test).catch_unwind().await
}

/// Passes the result on to the test harness. If the test panicked, its panic goes on, and a failure
/// of the database is only printed.
#[expect(
    clippy::panic,
    reason = "what a test returns is its own: a panic is how anything else fails it"
)]
#[track_caller]
fn conclude<R>(ended: Result<Ended<R>, Failure>) -> R {
    match ended {
        Ok(Ended {
            outcome: Ok(value),
            database: Ok(()),
            ..
        }) => value,
        Ok(Ended {
            outcome: Err(panic),
            database,
            ..
        }) => {
            if let Err(failure) = database {
                eprintln!("{failure}");
            }
            resume_unwind(panic)
        }
        Ok(Ended {
            outcome: Ok(_),
            database: Err(failure),
            ..
        })
        | Err(failure) => panic!("{failure}"),
    }
}

/// The options of the database that the environment names. Without one, SQLite uses a database in
/// memory, and the others fail.
pub(crate) fn options<DB: Testable>() -> Result<DbOptions<DB>, Failure> {
    DbOptions::from_env_or(DB::Backend::url_by_default())
        .map_err(|error| Failure::no_database(&error))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` has")]
pub(crate) fn cannot_be_opened(error: sqlx::Error) -> Failure {
    Failure::new("the database of this test cannot be opened", &error)
}
