//! A sandbox leaves nothing behind, in whichever way it ends. If its transaction was ended by
//! something else, the sandbox reports that.

use sqlx::{AssertSqlSafe, Executor as _};
use sqlx_transactional::{Sandbox, Session, transactional};
use tests::checks::{PROMISED, all_permits_back, none_open_on_the_server, row_lockable_within};

use super::{on_pool, open, sandbox_on};
use crate::bank::{BankError, balances};

on_each_driver! {
    #[tokio::test]
    async fn closed_or_dropped() {
        let (database, pool) = on_pool::<Home, DB>(4).await;
        for closes in [true, false] {
            let sandbox = sandbox_on(&pool).await;
            let db = sandbox.db();
            transfer(&db, 1, 2, 300).await.expect("there is enough");
            if closes {
                sandbox.close().await.expect("nothing escaped");
                add(&db, 1, 1).await.expect_err("it is over");
            } else {
                drop(sandbox);
            }
            drop(db);
            row_lockable_within(&database, "accounts WHERE id = 1", PROMISED).await;
            drop(all_permits_back(&pool).await);
            none_open_on_the_server(&database).await;
            assert_eq!(balances(&database).await, (1000, 1000));
        }
    }

    #[tokio::test]
    async fn of_what_ran_on_its_pool_outside_of_every_call() {
        let (database, sandbox) = open::<Home, DB>().await;
        let (db, text) = (sandbox.db(), AssertSqlSafe("UPDATE accounts SET cents = 7"));
        db.pool().execute(text).await.expect("it is a plain statement");
        db.pool().execute("INSERT INTO nowhere VALUES (1)").await.expect_err("there is no such table");
        let mut by_hand = db.pool().begin().await.expect("sqlx begins a savepoint");
        by_hand.execute("UPDATE accounts SET cents = cents + 1").await.expect("it is a plain statement");
        by_hand.commit().await.expect("sqlx releases the savepoint");
        assert_eq!(add(&db, 1, 0).await.expect("it reads"), 8);
        sandbox.close().await.expect("nothing escaped");
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[transactional]
    async fn commits_by_hand(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 1).await?;
        let connection = session.connection().await?;
        connection.execute("COMMIT").await?;
        Ok(())
    }

    #[tokio::test]
    async fn or_says_that_it_did() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        commits_by_hand(&db).await.expect_err("the crate detects the COMMIT");
        let next = add(&db, 1, 1).await.expect_err("the sandbox is over");
        assert!(format!("{next:?}").contains("the sandbox is over"), "{next:?}");
        let end = sandbox.close().await.expect_err("something is stored");
        assert!(end.to_string().contains("sandbox"), "{end}");
    }
}

#[tokio::test]
async fn in_a_database_in_memory() {
    let pool = tests::servers::memory_pool();
    pool.execute("CREATE TABLE notes (text TEXT)")
        .await
        .expect("a table is made");
    let sandbox = Sandbox::open(&pool).await.expect("a sandbox is opened");
    sandbox
        .db()
        .pool()
        .execute("INSERT INTO notes VALUES ('gone')")
        .await
        .expect("it is a plain statement");
    sandbox.close().await.expect("nothing escaped");
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM notes")
        .fetch_one(&pool)
        .await
        .expect("the pool works without the sandbox");
    assert_eq!(left, 0);
}
