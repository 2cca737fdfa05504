//! File locks, for SQLite. One marks the directory of a test's database file as used, and one lets
//! a single process at a time migrate a file that tests share. The operating system releases them
//! when the process ends.
use std::{
    env,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Once,
};

use crate::{
    driver::testing::clone::fingerprint,
    testing::{failure::Failure, names::Kind},
};

const LOCK: &str = "lock";

/// A temporary directory for the database file of one test.
pub(super) struct Directory {
    path: PathBuf,
    /// Closing the file releases the lock.
    _lock: File,
}

impl Directory {
    pub(super) fn make() -> Result<Self, Failure> {
        static SWEPT: Once = Once::new();

        let parent = env::temp_dir();
        SWEPT.call_once(|| sweep(&parent));
        let path = parent.join(Kind::Clone.name(0, fastrand::u64(..)));
        let make = || {
            fs::create_dir(&path)?;
            let lock = File::create(path.join(LOCK))?;
            lock.lock()?;
            Ok(Self {
                path: path.clone(),
                _lock: lock,
            })
        };
        make().map_err(|error: io::Error| {
            Failure::new(
                &format!("`{}` cannot be made for this test", path.display()),
                &error.into(),
            )
        })
    }

    /// The path of the database file.
    pub(super) fn file(&self) -> String {
        self.path.join("test.db").display().to_string()
    }

    pub(super) fn remove(self) -> Result<(), Failure> {
        let failed = |error: io::Error| {
            Failure::new(
                &format!("`{}` was not removed", self.path.display()),
                &error.into(),
            )
        };
        fs::remove_dir_all(&self.path).map_err(failed)
    }
}

/// Waits until no other process migrates the file that the environment names, and returns the lock.
/// Dropping it lets the next process go on. A lock file is needed because SQLite has no lock that
/// lasts for several transactions.
///
/// The lock file is never removed. Otherwise a process could create and lock a new file while
/// another one holds the lock of the removed file.
pub(super) fn turn_to_migrate() -> Result<File, Failure> {
    let named = ["DATABASE_URL", "DB_NAME"].map(|name| env::var_os(name).unwrap_or_default());
    let here = env::current_dir().unwrap_or_default();
    let number = fingerprint(
        named
            .iter()
            .map(|value| value.as_encoded_bytes())
            .chain([here.as_os_str().as_encoded_bytes()]),
    );
    let path = env::temp_dir().join(format!("sqlx_tx_migrate_{number:016x}"));
    let take = || {
        let file = File::create(&path)?;
        file.lock()?;
        Ok(file)
    };
    take().map_err(|error: io::Error| {
        Failure::new(
            &format!("`{}` cannot be locked", path.display()),
            &error.into(),
        )
    })
}

/// Removes the directories that killed processes have left: those with a lock that is free. A
/// directory that cannot be opened may belong to another user, and is left alone.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| Kind::Clone.is(0, name));
        if is_ours && let Ok(lock) = File::open(entry.path().join(LOCK)) {
            match lock.try_lock() {
                Ok(()) => drop(fs::remove_dir_all(entry.path())),
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
            }
        }
    }
}
