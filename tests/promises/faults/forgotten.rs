//! A joined call is forgotten (`mem::forget`) before its end. It keeps the transaction, which
//! cannot be reached any more: nothing of it is ever stored, the caller gets an error that it can
//! only roll back, and the rest of the pool works.

use sqlx_transactional::{Error, ReadOnly, Session, transactional};
use tests::explorer::polled;

use super::{
    observer::{Observer, Stored},
    subject::{Subject as _, open},
};

type Anything<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

on_each_database! {
    /// Returns whether the joined call ended before it could be forgotten.
    #[transactional]
    async fn forgets(session: &mut Session<DB>, polls: usize) -> Anything<bool> {
        let mut call = Box::pin(transfer(&mut *session, 1, 2, 1));
        if polled(call.as_mut(), polls).await.is_some() {
            return Ok(true);
        }
        std::mem::forget(call);
        let refused = sqlx::query("SELECT 1").execute(session).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("can only roll back")));
        Ok(false)
    }

    #[transactional]
    async fn reads(session: &mut Session<DB, ReadOnly>) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 1").fetch_one(session).await
    }

    #[tokio::test]
    async fn at_every_poll() {
        for polls in 1.. {
            // A fresh database for each round. The lost connection keeps its transaction open.
            let database = open::<DB>().await;
            let (_proxy, pool) = DB::reach(&database);
            let mut observer = Observer::of(&database).await;
            let outcome = forgets(&pool, polls).await;
            if let Ok(over) = outcome {
                assert!(over, "a call that was forgotten was committed");
                observer.check(&pool, &crate::diary::Diary::default(), Stored::All(1)).await;
                break;
            }
            let error = outcome.expect_err("it is not over");
            assert!(matches!(Error::find(&*error), Some(Error::Poisoned)), "{error:?}");
            assert_eq!(reads(&pool).await.expect("there is another connection"), 1_000_000);
            DB::end_all(&database).await;
        }
    }
}
