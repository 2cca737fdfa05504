//! A second transaction of one task is refused before it can deadlock a pool.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use sqlx::pool::PoolOptions;
use sqlx_transactional::{Db, ReadOnly, SecondTransactions, Session, transactional};
use tests::servers::TestDatabase;
use tokio::sync::Barrier;

use crate::bank::{BankError, balances, open, options};
use crate::log::Log;

/// Far longer than any step of these tests, and than any pool here waits.
const PATIENCE: Duration = Duration::from_secs(20);

fn refused(outcome: &Result<(), BankError>, what: &str) {
    let Err(BankError::Database(sqlx::Error::InvalidArgument(text))) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(text.contains(what), "{text}");
}

on_each_database! {
    #[transactional(name = "second")]
    async fn second(session: &mut Session<DB, ReadOnly>) -> Result<(), BankError> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok(())
    }

    #[transactional(name = "meant", requires_new)]
    async fn meant(session: &mut Session<DB, ReadOnly>) -> Result<(), BankError> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok(())
    }

    #[transactional(name = "held", from = db)]
    async fn from_what_is_held(session: &mut Session<DB, ReadOnly>, db: &Db<DB>) -> Result<(), BankError> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok(())
    }

    #[transactional(name = "first")]
    async fn first(session: &mut Session<DB>, inside: impl Future<Output = Result<(), BankError>>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        inside.await
    }

    #[transactional(name = "joins")]
    async fn joins(session: &mut Session<DB>, inside: impl Future<Output = Result<(), BankError>>) -> Result<(), BankError> {
        first(session, inside).await
    }

    #[tokio::test]
    async fn is_refused_with_both_names() {
        let (database, pool) = open::<DB>(2).await;
        let db = Db::from(pool.clone()).with_second_transactions(SecondTransactions::Refuse);
        refused(&first(&db, second(&db)).await, "`second` cannot begin a transaction here: this task is in that of `first`");
        refused(&first(&db, from_what_is_held(&db)).await, "`held` cannot begin");
        refused(&joins(&db, Box::pin(second(&db))).await, "this task is in that of `joins`");
        refused(&first(&pool, second(&db)).await, "this task is in that of `first`");
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn is_allowed_where_it_is_meant() {
        let (database, pool) = open::<DB>(2).await;
        let db = Db::from(pool.clone()).with_second_transactions(SecondTransactions::Refuse);
        let allowing = db.clone().with_second_transactions(SecondTransactions::Allow);
        first(&db, meant(&db)).await.expect("`requires_new` allows it");
        first(&db, from_what_is_held(&allowing)).await.expect("the handle allows it");
        first(&db, second(&pool)).await.expect("a pool is used as it is");
        first(&db, async { tokio::spawn({ let db = db.clone(); async move { second(&db).await } }).await.expect("it does not panic") })
            .await
            .expect("another task");
        assert_eq!(balances(&database).await, (1004, 1000));
    }

    #[tokio::test]
    async fn is_a_warning_where_that_is_chosen() {
        let (_database, pool) = open::<DB>(2).await;
        let db = Db::from(pool).with_second_transactions(SecondTransactions::Warn);
        let (log, _here) = Log::of_this_thread(tracing::Level::WARN);
        first(&db, meant(&db)).await.expect("there are two connections");
        assert_eq!(log.read(), "");
        first(&db, second(&db)).await.expect("there are two connections");
        let written = log.read();
        assert!(written.contains("begins a second transaction") && written.contains(r#"transaction="second" inside="first""#), "{written}");
    }

    #[tokio::test]
    async fn beside_a_transaction_on_the_writer_a_reader_is_free() {
        let (database, pool) = open::<DB>(1).await;
        let readers = [database.pool(options(2))];
        let db = Db::from(pool).with_readers(readers).with_second_transactions(SecondTransactions::Refuse);
        first(&db, second(&db)).await.expect("they are two pools");
        assert_eq!(balances(&database).await, (1001, 1000));
        refused(&first(&db, Box::pin(first(&db, async { Ok(()) }))).await, "the only connection of the pool");
        refused(&first(&db, Box::pin(meant_to_write(&db))).await, "the only connection of the pool");
    }

    #[transactional(requires_new)]
    async fn meant_to_write(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await.map(drop)
    }
}

/// As many tasks as the pool has connections, and each needs a second one.
mod in_every_task {
    use super::*;
    use crate::bank::postgres::DB;

    const TASKS: usize = 4;

    #[transactional(name = "inner")]
    async fn inner(session: &mut Session<DB>) -> Result<(), BankError> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok(())
    }

    #[transactional(name = "outer")]
    async fn outer(
        session: &mut Session<DB>,
        db: Db<DB>,
        all: Arc<Barrier>,
    ) -> Result<(), BankError> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        all.wait().await;
        inner(&db).await
    }

    fn pool(database: &TestDatabase<DB>) -> sqlx::Pool<DB> {
        let options = PoolOptions::new().max_connections(u32::try_from(TASKS).expect("a few"));
        database.pool(options.acquire_timeout(Duration::from_millis(300)))
    }

    #[tokio::test]
    async fn by_hand() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let (pool, all) = (pool(&database), Barrier::new(TASKS));
        let task = async || {
            let _first = pool.begin().await?;
            all.wait().await;
            // No task ends its first transaction before all second ones were refused.
            let second = pool.begin().await;
            all.wait().await;
            second.map(drop)
        };
        for outcome in join_all((0..TASKS).map(|_| task())).await {
            assert!(
                matches!(outcome, Err(sqlx::Error::PoolTimedOut)),
                "{outcome:?}"
            );
        }
    }

    #[tokio::test]
    async fn through_us() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let db = Db::from(pool(&database)).with_second_transactions(SecondTransactions::Refuse);
        let all = Arc::new(Barrier::new(TASKS));
        let tasks =
            join_all((0..TASKS).map(|_| tokio::spawn(outer_of(db.clone(), Arc::clone(&all)))));
        for outcome in tokio::time::timeout(PATIENCE, tasks)
            .await
            .expect("at once")
        {
            refused(
                &outcome.expect("no task panics"),
                "`inner` cannot begin a transaction here: this task is in that of `outer`",
            );
        }
    }

    async fn outer_of(db: Db<DB>, all: Arc<Barrier>) -> Result<(), BankError> {
        outer(&db, db.clone(), all).await
    }
}
