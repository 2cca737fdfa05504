//! An application that does not know about sandboxes passes its suite in one, as it does outside.
//! Afterwards the database is as before.

use sqlx_transactional::{Db, Fault, Sandbox};
use tests::servers::TestDatabase;

use super::{
    application::{Sql, start},
    pool_on, sandbox_on,
    suite::{new_user, suite},
    tables::{Tables, all_rows, sequences, with_tables},
};

/// Runs the suite against an application in a sandbox.
pub(super) async fn passes<Home: Tables, DB: Sql>(sandbox: Sandbox<DB>, test: &str) {
    let app = start(sandbox.db()).await;
    suite::<Home, DB>(&app, test).await;
    let report = app.stop().await;
    assert!(
        report.cut.is_empty() && report.unfinished == 0 && report.pools_closed,
        "{report:?}"
    );

    // 4 sign-ups, 2 logins, 9 changes, 1 note handed over, 5 lists, and 10 jobs, each queued by a
    // hook.
    assert_eq!(sandbox.committed(), 31);
    assert_eq!(sandbox.hooks_run(), 10);
    // 2 names that were taken, 1 unknown name, 1 unknown token, 2 notes that were not handed over.
    assert_eq!(sandbox.rolled_back(), 6);
    sandbox.close().await.expect("nothing escaped");
}

/// The rows are as before. A number that was drawn from a sequence stays drawn if it does so in
/// production.
pub(super) async fn leaves_nothing<Home: Tables>(
    database: &TestDatabase<Home>,
    work: impl AsyncFnOnce(),
) {
    let before = (all_rows(database).await, sequences(database).await);
    work().await;
    assert_eq!(all_rows(database).await, before.0);
    assert_eq!(
        sequences(database).await != before.1,
        Home::SEQUENCES_GO_ON,
        "{:?}",
        before.1
    );
}

on_each_driver! {
    #[tokio::test]
    async fn passes_against_a_plain_db() {
        let database = with_tables::<Home>().await;
        let app = start(Db::<DB>::connect(database.url()).await.expect("it is there")).await;
        suite::<Home, DB>(&app, "plain").await;
        assert!(app.stop().await.pools_closed);
    }

    #[tokio::test]
    async fn passes_in_a_sandbox() {
        let database = with_tables::<Home>().await;
        let pool = pool_on::<Home, DB>(&database, 4);
        leaves_nothing(&database, async || passes::<Home, DB>(sandbox_on(&pool).await, "one").await).await;
    }

    /// The third attempt succeeds. The client does not notice, but the sandbox counts the attempts.
    #[tokio::test]
    async fn gets_over_what_the_test_makes_fail() {
        let database = with_tables::<Home>().await;
        let sandbox = sandbox_on::<DB>(&pool_on(&database, 4)).await;
        let app = start(sandbox.db()).await;
        let ada = new_user(&app.client, "ada").await;
        let before = sandbox.committed();
        sandbox.fail_next(Fault::Deadlock.at_statement(3));
        sandbox.fail_next(Fault::SerializationFailure.at_commit());
        assert_eq!(ada.ask("PUT", "/notes/note", "one two three").await.0, 200);
        assert_eq!(sandbox.hooks_run(), 1);
        assert_eq!(ada.ask("POST", "/jobs", "").await.0, 204);
        assert_eq!(sandbox.faults_waiting(), 0);
        assert_eq!(sandbox.committed(), before + 2);
        assert_eq!(sandbox.rolled_back(), 2);
        let tries = sandbox.statements().iter().filter(|statement| statement.starts_with("INSERT INTO notes")).count();
        assert_eq!(tries, 3, "{:#?}", sandbox.statements());
        assert!(ada.ask("GET", "/notes", "").await.1.contains("3 words, 0 changes"));
        app.stop().await;
        sandbox.close().await.expect("nothing escaped");
    }
}
