//! The message of a test that fails. It appears once, and says what to do if that is known.

use super::*;

/// Checks the message of each of these tests of `posts.rs`.
fn say(suite: &Suite, failures: &[(&str, &str)]) {
    for (test, said) in failures {
        assert_eq!(suite.failure(test), *said, "{test}");
    }
}

fn on<DB: Database + Server>(database: &TestDatabase<DB>) -> Suite {
    Suite::with([("DATABASE_URL", database.url().to_owned())])
}

#[tokio::test]
async fn of_the_test_itself() {
    let database = TestDatabase::<Postgres>::new().await;
    let suite = on(&database);
    say(
        &suite,
        &[(
            "asserts",
            "assertion `left == right` failed: no post is stored\n  left: 0\n right: 1",
        )],
    );
    assert!(
        suite
            .failure("returns_an_error")
            .starts_with("Error: Database(PgDatabaseError {"),
        "the same as that of a plain test"
    );
    is_empty(&database).await;
}

const ESCAPED: &str = "the sandbox of this test did not hold: something has ended its transaction: what was committed so far may be stored";

#[tokio::test]
async fn of_what_got_out_of_the_sandbox() {
    say(
        &on(&TestDatabase::<Postgres>::new().await),
        &[("escapes", ESCAPED)],
    );
    say(
        &on(&TestDatabase::<MySql>::new().await),
        &[("escapes_by_ddl", ESCAPED)],
    );
}

#[tokio::test]
async fn of_migrations_and_fixtures() {
    let nowhere = "the migration `broken_migrations/7_nowhere.sql` failed: relation \"nowhere\" does not exist (42P01)";
    let nobody = "the fixture `fixtures/posts.sql` failed: insert or update on table \"posts\" violates foreign key constraint \
                  \"posts_author_fkey\" (23503)";
    let database = TestDatabase::<Postgres>::new().await;
    let suite = on(&database);
    say(
        &suite,
        &[
            ("has_a_bad_migration", nowhere),
            ("has_a_bad_migration_in_its_template", nowhere),
        ],
    );
    say(
        &suite,
        &[
            ("has_a_bad_fixture", nobody),
            ("has_a_bad_fixture_in_its_clone", nobody),
        ],
    );
    let foreign = "migration 1 has run on this database, and is not in `broken_migrations`: is this the database of another program?";
    say(&suite, &[("has_a_bad_migration", foreign)]);
    let no_directory = format!(
        "there is no directory `no_such_directory` in `{}/suite`",
        env!("CARGO_MANIFEST_DIR")
    );
    say(&Suite::with([]), &[("has_no_migrations", &no_directory)]);
}

#[tokio::test]
async fn of_the_environment() {
    let missing = "this test has no database: `DATABASE_URL` is not set, nor are `DB_HOST`, `DB_NAME` and `DB_USER`, for example \
                   `DATABASE_URL=postgres://shop@localhost/shop`";
    say(
        &Suite::with([]),
        &[
            ("asserts", missing),
            ("has_a_bad_fixture_in_its_clone", missing),
        ],
    );
    let other = "this test has no database: `DATABASE_URL` begins with `sqlite:`, and this program uses PostgreSQL, for example \
                 `DATABASE_URL=postgres://shop@localhost/shop`";
    say(
        &Suite::with([("DATABASE_URL", "sqlite::memory:".to_owned())]),
        &[("asserts", other)],
    );
    let nobody = "the database of this test cannot be opened: error communicating with database: Connection refused (os error 111)";
    let url = "postgres://shop@127.0.0.1:1/shop".to_owned();
    say(
        &Suite::with([("DATABASE_URL", url)]),
        &[
            ("asserts", nobody),
            ("has_a_bad_fixture_in_its_clone", nobody),
        ],
    );
}
