//! A database of its own for one test: created with the migrations, and dropped after the test. On
//! a server it is a copy of a template database where the server can copy one, and on SQLite a file
//! in a temporary directory.
//!
//! A lock on the name is held while the database is in use. So another process can tell the
//! databases that a killed process has left, and drops them. The SQL is in
//! `driver/*/testing/clone.rs`, the names are in `names.rs`.
use std::{
    env,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection as _, SqlSafeStr as _, migrate::Migrator};

use crate::{
    db::{Db, options::DbOptions},
    driver::{
        execution::Execution,
        testing::clone::{Cloning, Server, Templates, fingerprint},
    },
    testing::{
        directory::Directory,
        failure::Failure,
        migrations::{Migrations, content},
        names::Kind,
        parameter::Testable,
        test::{cannot_be_opened, options},
    },
};

/// How long calls that the test left running may take to end.
const CLOSE: Duration = Duration::from_secs(5);
/// The pool's maximum of connections without `DB_POOL_MAX`. It is low because many tests run at
/// once on one server.
const CONNECTIONS: u32 = 5;

pub(super) struct TestDatabase<DB: Testable> {
    pub(super) db: Db<DB>,
    storage: TestStorage<DB>,
}

/// Where the database is stored, with what is needed to drop it.
enum TestStorage<DB: Testable> {
    Server(OnServer<DB>),
    Directory(Directory),
}

/// A connection to the database that the environment names. It holds the locks, which the server
/// releases when the connection is closed, also by a killed process.
struct OnServer<DB: Testable> {
    connection: DB::Connection,
    server: &'static Server,
    name: String,
}

impl<DB: Testable> TestDatabase<DB> {
    /// Creates a database and runs the migrations on it.
    ///
    /// # Errors
    /// The database could not be created, opened or migrated. One that was created is dropped
    /// again.
    pub(super) async fn make(
        base: DbOptions<DB>,
        migrations: &Migrations,
        migrator: Option<&Migrator>,
    ) -> Result<Self, Failure> {
        let (storage, name, is_migrated) =
            if let Some(server) = DB::Backend::server(base.connect_options()) {
                let mut on_server = OnServer::connect(server).await?;
                on_server.sweep_once().await.map_err(cannot_be_made)?;
                on_server.create(migrations, migrator).await?;
                let name = on_server.name.clone();
                (
                    TestStorage::Server(on_server),
                    name,
                    server.templates.is_some(),
                )
            } else {
                let directory = Directory::make()?;
                let file = directory.file();
                (TestStorage::Directory(directory), file, false)
            };
        let made = at(base, &name).connect().await;
        let clone = match made {
            Ok(db) => Self { db, storage },
            Err(error) => {
                storage.remove().await?;
                return Err(cannot_be_opened(error));
            }
        };
        if !is_migrated && let Err(failure) = migrations.run(&clone.db, migrator).await {
            clone.remove().await?;
            return Err(failure);
        }
        Ok(clone)
    }

    pub(super) async fn remove(self) -> Result<(), Failure> {
        self.db.close(CLOSE).await;
        self.storage.remove().await
    }
}

impl<DB: Testable> TestStorage<DB> {
    async fn remove(self) -> Result<(), Failure> {
        match self {
            Self::Server(on_server) => on_server.remove().await,
            Self::Directory(directory) => directory.remove(),
        }
    }
}

impl<DB: Testable> OnServer<DB> {
    async fn connect(server: &'static Server) -> Result<Self, Failure> {
        let connection = options::<DB>()?
            .connect_alone()
            .await
            .map_err(cannot_be_opened)?;
        Ok(Self {
            connection,
            server,
            name: String::new(),
        })
    }

    async fn run(&mut self, sql: String) -> Result<(), sqlx::Error> {
        DB::Execution::run(&mut self.connection, AssertSqlSafe(sql).into_sql_str()).await
    }

    async fn texts(&mut self, sql: impl Into<String>) -> Result<Vec<String>, sqlx::Error> {
        let sql = AssertSqlSafe(sql.into()).into_sql_str();
        let rows = DB::Execution::rows(&mut self.connection, sql).await?;
        rows.iter().map(|row| DB::Execution::text(row, 0)).collect()
    }

    async fn is_there(&mut self, sql: String) -> Result<bool, Failure> {
        Ok(!self.texts(sql).await.map_err(cannot_be_made)?.is_empty())
    }

    /// The part of the names that stands for the database that the environment names. On
    /// PostgreSQL, an advisory lock is visible in one database only. So a clone that was made from
    /// another database would look unused, and must not be touched.
    async fn scope(&mut self) -> Result<u64, sqlx::Error> {
        let current = self.texts(self.server.current).await?;
        Ok(fingerprint(current.iter().map(String::as_bytes)))
    }

    /// Drops the clones that are no longer in use. Runs once in a process.
    async fn sweep_once(&mut self) -> Result<(), sqlx::Error> {
        static SWEPT: AtomicBool = AtomicBool::new(false);

        if SWEPT.swap(true, SeqCst) {
            return Ok(());
        }
        let scope = self.scope().await?;
        for name in self.texts(self.server.ours).await? {
            if Kind::Clone.is(scope, &name) && self.take(&name).await? {
                self.run((self.server.drop)(&name)).await?;
                self.run((self.server.unlock)(&name)).await?;
            }
        }
        Ok(())
    }

    /// Takes the lock of that name if it is free. Returns whether it was.
    async fn take(&mut self, name: &str) -> Result<bool, sqlx::Error> {
        Ok(!self.texts((self.server.try_lock)(name)).await?.is_empty())
    }

    async fn create(
        &mut self,
        migrations: &Migrations,
        migrator: Option<&Migrator>,
    ) -> Result<(), Failure> {
        let scope = self.scope().await.map_err(cannot_be_made)?;
        self.name = Kind::Clone.name(scope, fastrand::u64(..));
        let name = self.name.clone();
        // Before the database exists, or the sweep of another process could drop it.
        self.take(&name).await.map_err(cannot_be_made)?;
        let Some(templates) = &self.server.templates else {
            let manner = self.manner().await.map_err(cannot_be_made)?;
            return self
                .run(format!("CREATE DATABASE {name} {manner}"))
                .await
                .map_err(cannot_be_made);
        };
        loop {
            let template = self.template(templates, migrations, migrator).await?;
            let created = self
                .run(format!(
                    "CREATE DATABASE {name} {}",
                    (templates.manner)(&template)
                ))
                .await;
            let Err(error) = created else { return Ok(()) };
            // A process with other contents of the same directory may have replaced the template by
            // its own meanwhile. Then the template is made again.
            if self.is_there((templates.is_finished)(&template)).await? {
                return Err(cannot_be_made(error));
            }
        }
    }

    /// The options that CREATE DATABASE takes over from the current database.
    async fn manner(&mut self) -> Result<String, sqlx::Error> {
        match self.server.manner {
            Some(sql) => Ok(self.texts(sql).await?.concat()),
            None => Ok(String::new()),
        }
    }

    /// Returns the name of the template with these migrations. The first test that needs it makes
    /// it, and drops the templates of the same source that have other contents.
    async fn template(
        &mut self,
        templates: &Templates,
        migrations: &Migrations,
        migrator: Option<&Migrator>,
    ) -> Result<String, Failure> {
        let current = self
            .texts(self.server.current)
            .await
            .map_err(cannot_be_made)?
            .concat();
        let scope = fingerprint([current.as_bytes(), migrations.place().as_bytes()]);
        let name = Kind::Template.name(scope, content(migrator));
        if self.is_there((templates.is_finished)(&name)).await? {
            return Ok(name);
        }
        // One lock for all contents of one source. After it is taken, the template is looked up
        // again, because the process that held the lock may have made it.
        let lock = Kind::Template.name(scope, 0);
        self.run((templates.lock)(&lock))
            .await
            .map_err(cannot_be_made)?;
        let made = if self.is_there((templates.is_finished)(&name)).await? {
            Ok(())
        } else {
            self.make_template(templates, scope, &name, migrations, migrator)
                .await
        };
        self.run((self.server.unlock)(&lock))
            .await
            .map_err(cannot_be_made)?;
        made.map(|()| name)
    }

    async fn make_template(
        &mut self,
        templates: &Templates,
        scope: u64,
        name: &str,
        migrations: &Migrations,
        migrator: Option<&Migrator>,
    ) -> Result<(), Failure> {
        for other in self.texts(self.server.ours).await.map_err(cannot_be_made)? {
            if Kind::Template.is(scope, &other) {
                self.run((self.server.drop)(&other))
                    .await
                    .map_err(cannot_be_made)?;
            }
        }
        self.run(format!("CREATE DATABASE {name}"))
            .await
            .map_err(cannot_be_made)?;
        let db = at(options::<DB>()?, name)
            .pool(|pool| pool.max_connections(1))
            .connect()
            .await
            .map_err(cannot_be_opened)?;
        let migrated = migrations.run(&db, migrator).await;
        // PostgreSQL does not copy a database that has a connection.
        db.pool().close().await;
        let last = if migrated.is_ok() {
            templates.finish
        } else {
            self.server.drop
        };
        self.run(last(name)).await.map_err(cannot_be_made)?;
        migrated
    }

    async fn remove(mut self) -> Result<(), Failure> {
        let dropped = self.run((self.server.drop)(&self.name)).await;
        // Closing the connection releases the lock.
        let closed = self.connection.close().await;
        dropped.and(closed).map_err(|error| {
            Failure::new(
                &format!(
                    "the database of this test, `{}`, was not dropped",
                    self.name
                ),
                &error,
            )
        })
    }
}

/// The options for the database `name`, with a small pool.
fn at<DB: Testable>(options: DbOptions<DB>, name: &str) -> DbOptions<DB> {
    let options = options.connection(|options| DB::Backend::at(&options, name));
    if env::var_os("DB_POOL_MAX").is_some() {
        options
    } else {
        options.pool(|pool| pool.max_connections(CONNECTIONS))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` has")]
fn cannot_be_made(error: sqlx::Error) -> Failure {
    Failure::new("a database for this test cannot be made", &error)
}
