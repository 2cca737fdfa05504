//! What `#[sqlx_transactional::test]` expands to calls: a database for the test, the test on it,
//! and the end of both.
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

/// SQL that is run before the test.
#[derive(Debug)]
struct Fixture {
    file: &'static str,
    sql: SqlStr,
}

/// How a test has ended, and what became of its database then.
struct Ended<R> {
    outcome: thread::Result<R>,
    database: Result<(), Failure>,
    /// Whether something that another test does may be all that there is to it.
    was_disturbed: bool,
}

/// How often a test runs that others disturb.
const ATTEMPTS: u32 = 10;

impl Test {
    /// `package` is the directory of its Cargo.toml.
    #[must_use]
    pub fn new(package: &'static str) -> Self {
        Self {
            migrations: Migrations::by_default(package),
            fixtures: Vec::new(),
            multi_thread: false,
        }
    }

    /// The directory, seen from the package's.
    #[must_use]
    pub fn migrations(mut self, directory: &'static str) -> Self {
        self.migrations = self.migrations.of_directory(directory);
        self
    }

    /// `name` is how the user has written it.
    #[must_use]
    pub fn migrator(mut self, name: &'static str, migrator: &'static Migrator) -> Self {
        self.migrations = Migrations::Migrator { name, migrator };
        self
    }

    /// The database is as it is.
    #[must_use]
    pub fn without_migrations(mut self) -> Self {
        self.migrations = Migrations::None;
        self
    }

    /// In the order in which they are given; `file` is how errors call it.
    #[must_use]
    pub fn fixture(mut self, file: &'static str, sql: &'static str) -> Self {
        self.fixtures.push(Fixture {
            file,
            sql: SqlStr::from_static(sql),
        });
        self
    }

    /// Of tokio's runtime.
    #[must_use]
    pub fn multi_thread(mut self) -> Self {
        self.multi_thread = true;
        self
    }

    /// Runs it in a sandbox of the isolation level that `M` has.
    ///
    /// # Panics
    /// The test does; there is no database for it; something was left of it.
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

    /// Runs it on a database of its own.
    ///
    /// # Panics
    /// As [`in_sandbox`](Self::in_sandbox).
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

    /// Brings the database up to date that this process's tests share.
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
                // What it could say is a consequence.
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

async fn outcome_of<R>(test: impl Future<Output = R>) -> thread::Result<R> {
    AssertUnwindSafe(test).catch_unwind().await
}

/// What the harness of the tests gets to see. A failure of ours never hides one of the test's.
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

/// The database that the environment names, or the one that needs no naming.
pub(crate) fn options<DB: Testable>() -> Result<DbOptions<DB>, Failure> {
    DbOptions::from_env_or(DB::Backend::url_by_default())
        .map_err(|error| Failure::no_database(&error))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` has")]
pub(crate) fn cannot_be_opened(error: sqlx::Error) -> Failure {
    Failure::new("the database of this test cannot be opened", &error)
}
