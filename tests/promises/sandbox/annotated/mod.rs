//! `#[sqlx_transactional::test]` on the tests of an application (`tests/suite`). They pass in
//! parallel on one database, in one process and in many, leave nothing behind, and say why they
//! fail.

mod failures;
mod leftovers;
mod suite;

use sqlx::{Database, MySql, Postgres, Sqlite};
use tests::servers::{OwnServer, Server, TestDatabase};

use self::suite::Suite;

/// Runs the tests of `module` in many processes, in one process, and with `Any`.
fn side_by_side(module: &str, url: &str) {
    let suite = Suite::with([("DATABASE_URL", url.to_owned())]);
    suite.in_processes(module);
    suite.in_one_process(module);
    suite.in_one_process("any");
}

async fn is_empty<DB: Server>(database: &TestDatabase<DB>) {
    for table in ["users", "posts"] {
        assert_eq!(
            database
                .integer(&format!("SELECT count(*) FROM {table}"))
                .await,
            0,
            "{table}"
        );
    }
}

#[tokio::test]
async fn on_a_file() {
    let database = TestDatabase::<Sqlite>::new().await;
    side_by_side("sqlite", database.url());
    is_empty(&database).await;
}

#[tokio::test]
async fn in_memory_where_nothing_is_said() {
    Suite::with([]).in_one_process("sqlite");
}

/// Each process checks once whether there is something to migrate, with two statements.
#[tokio::test]
async fn migrates_once_a_process() {
    const SCANS: &str = "SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0)::bigint FROM pg_stat_user_tables WHERE relname = '_sqlx_migrations'";
    const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    let database = TestDatabase::<Postgres>::new().await;
    let suite = Suite::with([("DATABASE_URL", database.url().to_owned())]);
    suite.in_one_process("postgres::signs_up");
    let scans = async || {
        while database.integer(OTHERS).await > 0 {}
        database.integer(SCANS).await
    };
    let before = scans().await;
    suite.in_one_process("postgres");
    // `takes_a_migrator` has the same migrations in another migrator, and checks too.
    assert_eq!(scans().await - before, 2 * 2);
}
