//! A client that disconnects before its answer: the request is rolled back, in a sandbox as
//! outside, and the next request works.

use sqlx_transactional::Db;

use super::{
    application::{Running, Sql, start},
    pool_on, sandbox_on,
    suite::new_user,
    tables::with_tables,
};

/// Disconnects while the request has written the note, and checks that the note is not stored.
async fn hangs_up<DB: Sql>(app: Running<DB>, path: &str, piece: &str) {
    let ada = new_user(&app.client, "ada").await;
    let connection = ada.begin(&format!("{path}/note"), piece).await;
    app.progress.acquire().await.expect("it is open").forget();
    assert_eq!(app.db.stats().transactions, 1);
    drop(connection);
    while app.db.stats().transactions > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ada.ask("GET", "/notes", "").await, (200, String::new()));
    assert_eq!(
        ada.ask("PUT", "/notes/note", "written").await.0,
        200,
        "its title is free"
    );
    assert!(ada.ask("GET", "/notes", "").await.1.contains("0 changes"));
    assert!(app.stop().await.cut.is_empty());
}

const BETWEEN_TWO_STATEMENTS: [&str; 2] = ["/imports", "the first piece"];
const IN_A_STATEMENT: [&str; 2] = ["/audits", ""];

on_each_driver! {
    #[tokio::test]
    async fn of_a_plain_db() {
        for [path, piece] in [BETWEEN_TWO_STATEMENTS, IN_A_STATEMENT] {
            let database = with_tables::<Home>().await;
            hangs_up(start(Db::<DB>::connect(database.url()).await.expect("it is there")).await, path, piece).await;
        }
    }

    #[tokio::test]
    async fn between_two_statements() {
        in_a_sandbox(BETWEEN_TWO_STATEMENTS).await;
    }

    #[tokio::test]
    async fn in_a_statement() {
        in_a_sandbox(IN_A_STATEMENT).await;
    }

    async fn in_a_sandbox([path, piece]: [&str; 2]) {
        let database = with_tables::<Home>().await;
        let sandbox = sandbox_on::<DB>(&pool_on(&database, 2)).await;
        hangs_up(start(sandbox.db()).await, path, piece).await;
        sandbox.close().await.expect("nothing escaped");
    }
}
