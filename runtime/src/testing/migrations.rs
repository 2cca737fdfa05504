//! The migrations of tests: finding them, running those that a database does not have yet, and
//! messages that name the file. The migrations are run by `db/migrations.rs` and sqlx.
use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlx::migrate::{MigrateError, Migrator};
use tokio::runtime::Runtime;

use crate::{
    db::{Db, migrations::ups},
    driver::testing::clone::fingerprint,
    testing::{
        failure::{Failure, words},
        once::OncePerKey,
        parameter::Testable,
    },
};

/// Where the migrations are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Migrations {
    None,
    /// Read when the tests run, so that a migration that was added or edited needs no build. Cargo
    /// does not notice a file that was added.
    Directory {
        package: &'static str,
        directory: &'static str,
        is_written: bool,
    },
    Migrator {
        name: &'static str,
        migrator: &'static Migrator,
    },
}

impl Migrations {
    pub(super) const fn by_default(package: &'static str) -> Self {
        Self::Directory {
            package,
            directory: "migrations",
            is_written: false,
        }
    }

    pub(super) const fn of_directory(self, directory: &'static str) -> Self {
        match self {
            Self::Directory { package, .. } => Self::Directory {
                package,
                directory,
                is_written: true,
            },
            other => other,
        }
    }

    /// The source as a key: it is different for each source of migrations.
    pub(super) fn place(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Directory {
                package, directory, ..
            } => format!("{package}/{directory}"),
            Self::Migrator { name, migrator } => format!("{name} {migrator:p}"),
        }
    }

    /// Returns the migrations. A directory is read once in a process.
    ///
    /// # Errors
    /// The directory cannot be read, or the user named one that does not exist. If the default
    /// directory is missing, there are no migrations.
    pub(super) fn resolve(&self, runtime: &Runtime) -> Result<Option<&'static Migrator>, Failure> {
        static RESOLVED: OncePerKey<Option<&'static Migrator>> = OncePerKey::new();

        match *self {
            Self::None => Ok(None),
            Self::Migrator { migrator, .. } => Ok(Some(migrator)),
            Self::Directory {
                package,
                directory,
                is_written,
            } => RESOLVED.get(self.place(), || {
                let path = path_of(package, directory);
                if !path.is_dir() {
                    let missing = || {
                        Failure::text(format!(
                            "there is no directory `{directory}` in `{package}`"
                        ))
                    };
                    return if is_written { Err(missing()) } else { Ok(None) };
                }
                let read = runtime.block_on(Migrator::new(path.as_path()));
                // Leaked, because all tests of the process share it.
                read.map(|migrator| Some(&*Box::leak(Box::new(migrator))))
                    .map_err(|error| self.failed(&error))
            }),
        }
    }

    /// Runs the migrations that the database does not have yet. sqlx's lock is taken only if there
    /// is such a migration. Otherwise the processes of many tests would queue for it.
    pub(super) async fn run<DB: Testable>(
        &self,
        db: &Db<DB>,
        migrator: Option<&Migrator>,
    ) -> Result<(), Failure> {
        let Some(migrator) = migrator else {
            return Ok(());
        };
        if db
            .is_up_to_date(migrator)
            .await
            .map_err(crate::testing::test::cannot_be_opened)?
        {
            return Ok(());
        }
        db.migrate(migrator)
            .await
            .map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &MigrateError) -> Failure {
        let named = |version: &i64| match self.file(*version) {
            Some(file) => format!("the migration `{file}`"),
            None => format!("migration {version}"),
        };
        Failure::text(match error {
            MigrateError::ExecuteMigration(why, version) => {
                format!("{} failed: {}", named(version), words(why))
            }
            MigrateError::VersionMismatch(version) => {
                format!(
                    "{} was changed after it had run on this database: make the database anew, or undo the change",
                    named(version)
                )
            }
            MigrateError::VersionMissing(version) => {
                format!(
                    "migration {version} has run on this database, and is not in {}: is this the database of another program?",
                    self.source()
                )
            }
            MigrateError::Dirty(version) => {
                format!(
                    "{} has run on this database in part, since it failed: make the database anew",
                    named(version)
                )
            }
            error => format!("the migrations of {} cannot be run: {error}", self.source()),
        })
    }

    /// The source as the user wrote it, for messages.
    fn source(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Directory { directory, .. } => format!("`{directory}`"),
            Self::Migrator { name, .. } => format!("`{name}`"),
        }
    }

    /// The file of that version, relative to the package.
    fn file(&self, version: i64) -> Option<String> {
        let Self::Directory {
            package, directory, ..
        } = self
        else {
            return None;
        };
        let mut names = fs::read_dir(path_of(package, directory))
            .ok()?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let name = names.find(|name| {
            let is_it = |(number, rest): (&str, &str)| {
                number.parse() == Ok(version)
                    && Path::new(rest)
                        .extension()
                        .is_some_and(|extension| extension == "sql")
                    && !rest.ends_with(".down.sql")
            };
            name.split_once('_').is_some_and(is_it)
        })?;
        Some(Path::new(directory).join(name).display().to_string())
    }
}

/// A fingerprint of the migrations: their versions and checksums.
pub(super) fn content(migrator: Option<&Migrator>) -> u64 {
    let versions: Vec<_> = migrator
        .into_iter()
        .flat_map(ups)
        .map(|migration| (migration.version.to_le_bytes(), migration))
        .collect();
    fingerprint(
        versions
            .iter()
            .flat_map(|(version, migration)| [version.as_slice(), &migration.checksum]),
    )
}

/// The directory of the migrations. If the package is no longer where it was built, it is looked up
/// in `CARGO_MANIFEST_DIR` of the running test: an archive of tests runs on another machine.
fn path_of(package: &str, directory: &str) -> PathBuf {
    let built = Path::new(package).join(directory);
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(now) if !Path::new(package).exists() => Path::new(&now).join(directory),
        _ => built,
    }
}
