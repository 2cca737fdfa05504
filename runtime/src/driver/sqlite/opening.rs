//! How a SQLite database is opened: its pragmas, a pool of one connection that writes, and a pool
//! of connections that read.
//!
//! Explains errors of opening a file, too. The same for `Any` is in `any/sqlite.rs`.
use std::{error::Error as StdError, fmt, thread::available_parallelism};

use sqlx::{
    ConnectOptions as _, Database, SqlStr, Sqlite,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::driver::{
    Driver,
    connect::{ConnectOptions, Layout},
    execution::{Execution, last_row},
    sqlite::code,
};

/// 8,000 KiB for each connection; SQLite's default is 2,000 KiB. A negative value is a number of
/// KiB, a positive one a number of pages: <https://www.sqlite.org/pragma.html#pragma_cache_size>.
const CACHE_SIZE: &str = "-8000";
/// The default pragmas as SQL, for connections behind `Any`, which have a URL as their options.
#[cfg(feature = "any")]
pub(crate) const READS: &str = "PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY";
#[cfg(feature = "any")]
pub(crate) const WRITES: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY";

/// Where the database of some connect options is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    File,
    /// A file that is opened read-only.
    ReadOnly,
    Memory,
}

impl Storage {
    pub(crate) fn of(options: &SqliteConnectOptions) -> Self {
        let file = options.get_filename().to_string_lossy();
        // sqlx has no getters for the mode and `immutable`, but its URL has them. The file name is
        // replaced first, because not every file name can be part of a URL.
        let url = options
            .clone()
            .filename("any")
            .create_if_missing(false)
            .to_url_lossy();
        let says = |key: &str, value: &str| {
            url.query_pairs()
                .any(|pair| pair == (key.into(), value.into()))
        };
        // SQLite itself parses a name that begins with `file:`:
        // https://www.sqlite.org/inmemorydb.html
        let named = file.starts_with("file:")
            && (file.contains(":memory:") || file.contains("mode=memory"));
        if says("mode", "memory") || file.is_empty() || file == ":memory:" || named {
            Self::Memory
        } else if says("mode", "ro") || says("immutable", "true") {
            Self::ReadOnly
        } else {
            Self::File
        }
    }

    /// The pool options: one connection for a database in memory, else one that writes and two to
    /// eight that read, by the number of processors.
    ///
    /// Connections stay open as long as the pool. An idle connection costs no server anything, and
    /// closing it would discard its cache, or a database in memory.
    pub(crate) fn pool<DB: Database>(self) -> PoolOptions<DB> {
        let readers = available_parallelism().map_or(2, |processors| {
            u32::try_from(processors.get()).unwrap_or(8).clamp(2, 8)
        });
        let pool = PoolOptions::new()
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None);
        pool.max_connections(if self == Self::Memory { 1 } else { 1 + readers })
    }
}

pub(crate) fn layout(options: SqliteConnectOptions, pool: PoolOptions<Sqlite>) -> Layout<Sqlite> {
    match Storage::of(&options) {
        Storage::Memory => in_memory(for_reading(options.shared_cache(false)), pool),
        Storage::ReadOnly => Layout::plain(for_reading(options), pool),
        Storage::File if has_another_journal(&options) => {
            Layout::divided(for_reading(options), pool, None)
        }
        Storage::File => {
            let options = for_writing(for_reading(options));
            let for_readers = options.clone().read_only(true).create_if_missing(false);
            Layout::divided(options, pool, Some(for_readers))
        }
    }
}

/// The layout of a database in memory: a pool of one connection, which is never closed.
///
/// Each connection has a database of its own, which is deleted with the connection. A shared cache
/// would let connections share the database, but SQLite ignores the busy timeout there and fails
/// with `SQLITE_LOCKED`: <https://www.sqlite.org/sharedcache.html>.
pub(crate) fn in_memory<DB: Database>(
    options: ConnectOptions<DB>,
    pool: PoolOptions<DB>,
) -> Layout<DB> {
    Layout::plain(
        options,
        pool.max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None),
    )
}

/// Whether the options set another journal mode than WAL.
///
/// Readers and the writer block each other then, so there is one connection for both. The pragma
/// `synchronous` stays as it is, because the default of this crate is safe with WAL only.
fn has_another_journal(options: &SqliteConnectOptions) -> bool {
    pragma(options, "journal_mode").is_some_and(|mode| !mode.eq_ignore_ascii_case("wal"))
}

fn for_writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    let options = options.journal_mode(SqliteJournalMode::Wal);
    if pragma(&options, "synchronous").is_some() {
        options
    } else {
        options.synchronous(SqliteSynchronous::Normal)
    }
}

fn for_reading(mut options: SqliteConnectOptions) -> SqliteConnectOptions {
    for (name, value) in [("cache_size", CACHE_SIZE), ("temp_store", "MEMORY")] {
        if pragma(&options, name).is_none() {
            options = options.pragma(name, value);
        }
    }
    options
}

/// The value of a pragma in the options, if they set it. sqlx shows it in the `Debug` output only.
fn pragma(options: &SqliteConnectOptions, name: &str) -> Option<String> {
    let told = format!("{options:?}");
    let (_, rest) = told.split_once(&format!("\"{name}\": Some(\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

/// Checks that the database is in WAL mode, which a pool of readers needs.
///
/// If SQLite cannot switch to WAL, `PRAGMA journal_mode` keeps the old mode without an error:
/// <https://www.sqlite.org/pragma.html#pragma_journal_mode>.
///
/// # Errors
/// `sqlx::Error::Configuration` if the database is in another mode.
pub(crate) async fn check_journal<DB: Driver>(
    connection: &mut DB::Connection,
    layout: &Layout<DB>,
    options: &SqliteConnectOptions,
) -> Result<(), sqlx::Error> {
    if layout.readers.is_none() {
        return Ok(());
    }
    let row = last_row::<DB>(connection, SqlStr::from_static("PRAGMA journal_mode")).await?;
    let mode = DB::Execution::text(&row, 0)?;
    if mode.eq_ignore_ascii_case("wal") {
        return Ok(());
    }
    let file = options.get_filename().display();
    Err(sqlx::Error::Configuration(
        format!(
            "`{file}` stays in journal mode `{mode}`, and reading beside a writer needs WAL, which this file system does not offer: put it on \
             a local one, or use one connection, with `.pool(|pool| pool.max_connections(1))`"
        )
        .into(),
    ))
}

/// Adds the reason why a file cannot be opened. SQLite has the same message for all of them,
/// "unable to open database file".
pub(crate) fn explain(error: sqlx::Error, options: &SqliteConnectOptions) -> sqlx::Error {
    let (place, file) = (Storage::of(options), options.get_filename());
    let exists = file.try_exists().unwrap_or(true);
    let directory = file
        .parent()
        .filter(|directory| !directory.as_os_str().is_empty() && !directory.exists());
    // By the primary result code, the low byte: 14 SQLITE_CANTOPEN and 8 SQLITE_READONLY,
    // https://www.sqlite.org/rescode.html.
    let advice = match (code(&error).map(|code| code & 0xff), place, directory) {
        (_, Storage::Memory, _) => return error,
        (Some(14), _, Some(directory)) => format!("the directory `{}` does not exist", directory.display()),
        (Some(14), Storage::File, None) if !exists => "it does not exist: to create it, write `?mode=rwc` at the end of the URL, or \
             `.connection(|options| options.create_if_missing(true))`"
            .to_owned(),
        (Some(14), Storage::ReadOnly, None) if !exists => "it does not exist".to_owned(),
        (Some(14 | 8), Storage::File, None) => {
            "it or its directory cannot be written to, and SQLite has files of its own beside it: to read \
             only, write `?mode=ro` at the end of the URL"
                .to_owned()
        }
        (Some(14 | 8), Storage::ReadOnly, None) => {
            "SQLite has files of its own beside it and cannot write them here: if no other program writes to \
             the file either, write `?immutable=1` at the end of the URL"
                .to_owned()
        }
        _ => return error,
    };
    sqlx::Error::Configuration(Box::new(CannotOpen {
        message: format!("cannot open `{}`: {advice}", file.display()),
        source: error,
    }))
}

#[derive(Debug)]
struct CannotOpen {
    message: String,
    source: sqlx::Error,
}

impl fmt::Display for CannotOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for CannotOpen {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(url: &str) -> SqliteConnectOptions {
        url.parse().expect("a URL")
    }

    #[test]
    fn a_place_is_a_file_or_memory_however_it_is_written() {
        for memory in [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite://kept?mode=memory",
            "sqlite://",
            "sqlite:file::memory:",
        ] {
            assert_eq!(Storage::of(&options(memory)), Storage::Memory, "{memory}");
        }
        assert_eq!(Storage::of(&SqliteConnectOptions::new()), Storage::Memory);
        for file in [
            "sqlite:a.db",
            "sqlite://a.db?mode=rwc",
            "sqlite:///tmp/a:b.db",
            "sqlite://memory.db",
            "a.db",
        ] {
            assert_eq!(Storage::of(&options(file)), Storage::File, "{file}");
        }
        for read_only in ["sqlite:a.db?mode=ro", "sqlite:a.db?immutable=1"] {
            assert_eq!(
                Storage::of(&options(read_only)),
                Storage::ReadOnly,
                "{read_only}"
            );
        }
        assert_eq!(
            Storage::of(&options("sqlite:a.db?mode=rwc").read_only(true)),
            Storage::ReadOnly
        );
    }

    /// If this test fails, sqlx has changed the `Debug` output of its options. The defaults of this
    /// crate would then replace pragmas that users set.
    #[test]
    fn a_pragma_that_was_set_is_seen() {
        let options = SqliteConnectOptions::new();
        for name in ["journal_mode", "synchronous", "cache_size", "temp_store"] {
            assert_eq!(pragma(&options, name), None, "{name}");
        }
        let options = options
            .journal_mode(SqliteJournalMode::Delete)
            .synchronous(SqliteSynchronous::Extra)
            .pragma("cache_size", "-1");
        for (name, value) in [
            ("journal_mode", "DELETE"),
            ("synchronous", "EXTRA"),
            ("cache_size", "-1"),
        ] {
            assert_eq!(pragma(&options, name).as_deref(), Some(value), "{name}");
        }
    }

    #[test]
    fn what_was_set_stays_and_the_rest_is_ours() {
        let layout = |options: SqliteConnectOptions, most| {
            layout(
                options,
                PoolOptions::new().max_connections(most).min_connections(2),
            )
        };
        let file = layout(options("sqlite:a.db"), 5);
        let (readers, pool) = file.readers.expect("readers");
        assert_eq!(
            (
                pool.get_max_connections(),
                pool.get_min_connections(),
                Storage::of(&readers)
            ),
            (4, 1, Storage::ReadOnly)
        );
        assert_eq!(
            (
                file.writer.1.get_max_connections(),
                file.writer.1.get_min_connections()
            ),
            (1, 1)
        );
        for (name, value) in [
            ("journal_mode", "WAL"),
            ("synchronous", "NORMAL"),
            ("cache_size", CACHE_SIZE),
            ("temp_store", "MEMORY"),
        ] {
            assert_eq!(
                pragma(&file.writer.0, name).as_deref(),
                Some(value),
                "{name}"
            );
        }

        let set = options("sqlite:a.db")
            .synchronous(SqliteSynchronous::Full)
            .pragma("temp_store", "FILE");
        let set = layout(set, 5).writer.0;
        assert_eq!(pragma(&set, "synchronous").as_deref(), Some("FULL"));
        assert_eq!(pragma(&set, "temp_store").as_deref(), Some("FILE"));

        let another = layout(
            options("sqlite:a.db").journal_mode(SqliteJournalMode::Truncate),
            5,
        );
        assert!(another.readers.is_none() && another.writer.1.get_max_connections() == 1);
        assert_eq!(pragma(&another.writer.0, "synchronous"), None);

        assert!(layout(options("sqlite:a.db"), 1).readers.is_none());
        assert_eq!(
            layout(options("sqlite::memory:"), 5)
                .writer
                .1
                .get_max_connections(),
            1
        );
        let read_only = layout(options("sqlite:a.db?mode=ro"), 5);
        assert!(read_only.readers.is_none() && read_only.writer.1.get_max_connections() == 5);
        assert_eq!(pragma(&read_only.writer.0, "journal_mode"), None);
    }
}
