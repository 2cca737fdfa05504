//! A SQLite file is opened with suitable settings. A file that cannot be opened is an error that
//! says why. The same applies behind `Any`.

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::join_all;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Any, Sqlite};
use sqlx_transactional::{Db, DbOptions, Driver, ReadOnly, Session, transactional};
use tempfile::TempDir;
use tests::servers::TestDatabase;

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

macro_rules! settings {
    ($module:ident, $db:ty) => {
        mod $module {
            use super::*;

            #[transactional]
            pub(super) async fn of_the_writer(session: &mut Session<$db>) -> Result<Vec<i64>> {
                let mut settings = Vec::new();
                for pragma in [
                    "PRAGMA synchronous",
                    "PRAGMA foreign_keys",
                    "PRAGMA busy_timeout",
                    "PRAGMA cache_size",
                    "PRAGMA temp_store",
                ] {
                    settings.push(sqlx::query_scalar(pragma).fetch_one(&mut *session).await?);
                }
                Ok(settings)
            }

            #[transactional]
            pub(super) async fn of_a_reader(
                session: &mut Session<$db, ReadOnly>,
            ) -> Result<Vec<i64>> {
                let mut settings = Vec::new();
                for pragma in [
                    "PRAGMA synchronous",
                    "PRAGMA foreign_keys",
                    "PRAGMA busy_timeout",
                    "PRAGMA cache_size",
                    "PRAGMA temp_store",
                ] {
                    settings.push(sqlx::query_scalar(pragma).fetch_one(&mut *session).await?);
                }
                Ok(settings)
            }

            #[transactional]
            pub(super) async fn count(session: &mut Session<$db, ReadOnly>) -> Result<i64> {
                sqlx::query_scalar("SELECT count(*) FROM accounts")
                    .fetch_one(session)
                    .await
            }

            #[tokio::test]
            async fn are_those_that_are_documented_on_all_connections() {
                let database = TestDatabase::<Sqlite>::with_accounts().await;
                let db = Db::<$db>::connect(database.url()).await.expect("the file");
                assert_eq!(
                    of_the_writer(&db).await.expect("pragmas"),
                    [1, 1, 5000, -8000, 2]
                );
                assert_eq!(
                    of_a_reader(&db).await.expect("pragmas"),
                    [1, 1, 5000, -8000, 2]
                );
                let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
                    .fetch_one(db.pool())
                    .await
                    .expect("a pragma");
                assert_eq!(
                    (mode.as_str(), db.pool().options().get_max_connections()),
                    ("wal", 1)
                );
            }
        }
    };
}
settings!(settings, Sqlite);
settings!(settings_behind_any, Any);

/// The error of opening `url`, which is the same with `Sqlite` and with `Any`.
async fn refused(url: &str) -> String {
    let typed = Db::<Sqlite>::connect(url)
        .await
        .expect_err("it cannot be opened")
        .to_string();
    assert_eq!(
        Db::<Any>::connect(url)
            .await
            .expect_err("it cannot be opened")
            .to_string(),
        typed
    );
    typed
}

fn directory() -> (TempDir, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().display().to_string();
    (directory, path)
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made_unasked() {
    let (_kept, path) = directory();
    assert_eq!(
        refused(&format!("sqlite:{path}/shop.db")).await,
        format!(
            "error with configuration: cannot open `{path}/shop.db`: it does not exist: to create it, write `?mode=rwc` at the end of the URL, \
             or `.connection(|options| options.create_if_missing(true))`"
        )
    );
    assert_eq!(
        refused(&format!("sqlite:{path}/shop.db?mode=ro")).await,
        format!("error with configuration: cannot open `{path}/shop.db`: it does not exist")
    );
    assert_eq!(
        refused(&format!("sqlite:{path}/none/shop.db?mode=rwc")).await,
        format!(
            "error with configuration: cannot open `{path}/none/shop.db`: the directory `{path}/none` does not exist"
        )
    );
    let made = DbOptions::<Sqlite>::from_url(&format!("sqlite:{path}/shop.db")).expect("a URL");
    made.connection(|options| options.create_if_missing(true))
        .connect()
        .await
        .expect("it is made");
    assert!(Path::new(&format!("{path}/shop.db")).exists());
}

/// A VFS without shared memory stands for a file system without it. SQLite then silently keeps its
/// rollback journal.
#[tokio::test]
async fn where_there_is_no_wal_is_said() {
    let (_kept, path) = directory();
    assert_eq!(
        refused(&format!("sqlite:{path}/shop.db?mode=rwc&vfs=unix-dotfile")).await,
        format!(
            "error with configuration: `{path}/shop.db` stays in journal mode `delete`, and reading beside a writer needs WAL, which this file \
             system does not offer: put it on a local one, or use one connection, with `.pool(|pool| pool.max_connections(1))`"
        )
    );
    let alone = DbOptions::<Sqlite>::from_url(&format!("sqlite:{path}/shop.db?vfs=unix-dotfile"))
        .expect("a URL");
    alone
        .pool(|pool| pool.max_connections(1))
        .connect()
        .await
        .expect("one connection needs no WAL");
}

/// A directory in which no file can be created, even by root. An existing file looks empty, like a
/// new database.
#[tokio::test]
async fn where_the_log_cannot_be_written_is_said() {
    assert_eq!(
        refused("sqlite:/proc/version").await,
        "error with configuration: cannot open `/proc/version`: it or its directory cannot be written to, and SQLite has files of its own \
         beside it: to read only, write `?mode=ro` at the end of the URL"
    );
}

#[transactional]
async fn empty(session: &mut Session<Sqlite>) -> Result {
    sqlx::query("DELETE FROM accounts")
        .execute(session)
        .await
        .map(drop)
}

#[tokio::test]
async fn a_file_that_is_only_read_is_left_as_it_is() {
    let (_kept, path) = directory();
    let file = format!("{path}/shop.db");
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let mut made = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("it is made");
    let accounts = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL); INSERT INTO accounts VALUES (1, 1000)";
    sqlx::raw_sql(accounts)
        .execute(&mut made)
        .await
        .expect("a table");
    sqlx::Connection::close(made).await.expect("it is closed");
    let before = std::fs::read(&file).expect("it is there");

    for parameters in ["mode=ro", "immutable=1"] {
        let url = format!("sqlite:{file}?{parameters}");
        let db = Db::<Sqlite>::connect(&url).await.expect("it is there");
        assert_eq!(settings::count(&db).await.expect("a table"), 1);
        let error = empty(&db).await.expect_err("the file is read-only");
        assert!(error.to_string().contains("readonly"), "{error}");
        assert!(
            db.pool().options().get_max_connections() > 1,
            "all connections read"
        );
        assert_eq!(
            settings_behind_any::count(&Db::<Any>::connect(&url).await.expect("it is there"))
                .await
                .expect("a table"),
            1
        );
    }
    assert_eq!(std::fs::read(&file).expect("it is there"), before);
}

#[tokio::test]
async fn what_was_chosen_stays() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let options = DbOptions::from(
        database
            .options()
            .journal_mode(SqliteJournalMode::Delete)
            .pragma("cache_size", "-1000"),
    );
    let db = options
        .connection(|options| options.foreign_keys(false))
        .connect()
        .await
        .expect("the file");
    // FULL is SQLite's own default: NORMAL is safe with WAL only.
    assert_eq!(
        settings::of_the_writer(&db).await.expect("pragmas"),
        [2, 0, 5000, -1000, 2]
    );
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(db.pool())
        .await
        .expect("a pragma");
    assert_eq!(mode, "delete");
    assert_eq!(
        settings::of_a_reader(&db).await.expect("it is the writer"),
        [2, 0, 5000, -1000, 2]
    );
    db.pool().close().await;

    let full = DbOptions::from(database.options().synchronous(SqliteSynchronous::Full))
        .connect()
        .await
        .expect("the file");
    assert_eq!(settings::of_a_reader(&full).await.expect("pragmas")[0], 2);
}

/// The change of a file to WAL fails while another connection reads it, regardless of the busy
/// timeout.
#[tokio::test]
async fn a_file_that_another_reads_is_waited_for() {
    let (_kept, path) = directory();
    let options = SqliteConnectOptions::new()
        .filename(format!("{path}/shop.db"))
        .create_if_missing(true);
    let mut other = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("it is made");
    sqlx::raw_sql("CREATE TABLE accounts (id); BEGIN; SELECT * FROM accounts")
        .execute(&mut other)
        .await
        .expect("it reads");
    let mut connecting = pin!(
        DbOptions::from(options)
            .connection(|options| options.busy_timeout(Duration::ZERO))
            .connect()
    );
    let waiting = tokio::time::timeout(Duration::from_millis(100), &mut connecting).await;
    assert!(waiting.is_err(), "{waiting:?}");
    sqlx::raw_sql("COMMIT")
        .execute(&mut other)
        .await
        .expect("it has read");
    connecting.await.expect("the reader has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_open_a_file_for_the_first_time() {
    async fn all<DB: Driver>(url: &str) {
        for opened in join_all((0..16).map(|_| Db::<DB>::connect(url))).await {
            let db = opened.expect("all of them open it");
            db.pool().acquire().await.expect("the connection works");
        }
    }
    for round in 0..8 {
        let (_kept, path) = directory();
        let url = format!("sqlite:{path}/shop.db?mode=rwc");
        if round % 2 == 0 {
            all::<Sqlite>(&url).await;
        } else {
            all::<Any>(&url).await;
        }
    }
}
