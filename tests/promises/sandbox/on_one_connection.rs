//! Calls in one sandbox take turns. A call that would wait for its own task fails at once.

use sqlx_transactional::{Db, Session, transactional};

use super::open;
use crate::bank::BankError;

on_each_driver! {
    #[tokio::test]
    async fn calls_at_the_same_time_take_turns() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let calls: Vec<_> = (0..32)
            .map(|_| {
                let db = sandbox.db();
                tokio::spawn(async move { add(&db, 1, 1).await })
            })
            .collect();
        for call in calls {
            call.await.expect("it does not panic").expect("it has its turn");
        }
        assert_eq!(add(&sandbox.db(), 1, 0).await.expect("it reads"), 1032);
        sandbox.close().await.expect("nothing escaped");
    }

    #[transactional(requires_new)]
    async fn on_its_own(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 2, 1).await?;
        Ok(())
    }

    #[transactional]
    async fn begins_another(session: &mut Session<DB>, db: &Db<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        on_its_own(db).await
    }

    #[tokio::test]
    async fn a_second_transaction_beside_an_open_one_is_refused() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        let Err(BankError::Database(error)) = begins_another(&db, &db).await else { panic!("there is one connection") };
        assert!(error.to_string().contains("cannot begin a transaction here") && error.to_string().contains("open in the sandbox"), "{error}");
        on_its_own(&db).await.expect("outside of another call it runs");
        sandbox.close().await.expect("nothing escaped");
    }
}
