//! The migrations of tests: where they are, whether a database has seen them, and which file one is
//! in.
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
    /// Read when the tests run: a migration that was added or edited needs no build.
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

    /// What tells them from others.
    pub(super) fn place(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Directory {
                package, directory, ..
            } => format!("{package}/{directory}"),
            Self::Migrator { name, migrator } => format!("{name} {migrator:p}"),
        }
    }

    /// The migrations, which are read once in a process.
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
                // For all tests of the process, like a static.
                read.map(|migrator| Some(&*Box::leak(Box::new(migrator))))
                    .map_err(|error| self.failed(&error))
            }),
        }
    }

    /// Runs those that the database has not seen. sqlx's lock is taken only if there is one: the
    /// processes of many tests would queue for it.
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

    /// As the user knows it.
    fn source(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Directory { directory, .. } => format!("`{directory}`"),
            Self::Migrator { name, .. } => format!("`{name}`"),
        }
    }

    /// The file of that version, seen from the package.
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

/// The same for the same migrations.
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

/// The directory where the package was built, or where it is now: an archive of tests runs
/// elsewhere.
fn path_of(package: &str, directory: &str) -> PathBuf {
    let built = Path::new(package).join(directory);
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(now) if !Path::new(package).exists() => Path::new(&now).join(directory),
        _ => built,
    }
}
