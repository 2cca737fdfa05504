//! H10: a transaction that is dropped is rolled back in the background, when its connection gets round to it. Until then its locks are held:
//! whoever tries again at once is in its own way. SQLite hands the rollback to the worker in `Drop`, before anything else can be asked.

use sqlx_transactional::{Driver, Session, transactional};
use tests::servers::{Server, TestDatabase};

use crate::accounts::{DEBIT, cents, options};

on! { [postgres mysql]
    by_hand: held_after_drop;
    by_hand_not_after_rollback: free_after_rollback;
    through_us: free_when_the_call_returns;
}

/// Sixty and more of a hundred are held on PostgreSQL.
const ROUNDS: usize = 100;

/// Whether nobody has the lock of account 1, without waiting for it.
async fn is_free<DB: Server>(other: &mut DB::Connection) -> bool {
    DB::run(other, "SELECT 1 FROM accounts WHERE id = 1 FOR UPDATE NOWAIT".into()).await.is_ok()
}

/// How often the lock is held after a transaction has ended in this way.
async fn held<DB: Server>(end: impl AsyncFn(sqlx::Transaction<'static, DB>)) -> usize {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(1));
    let mut other = database.connect().await;
    let mut held = 0;
    for _ in 0..ROUNDS {
        let mut transaction = pool.begin().await.unwrap();
        DB::run(&mut transaction, DEBIT.into()).await.unwrap();
        end(transaction).await;
        held += usize::from(!is_free::<DB>(&mut other).await);
    }
    assert_eq!(cents(&database).await, 1000);
    held
}

async fn held_after_drop<DB: Server>() {
    let held = held::<DB>(async |transaction| drop(transaction)).await;
    println!("{}: held {held} times in {ROUNDS}", DB::NAME);
    assert!(held > 0, "the hazard: by nobody");
}

async fn free_after_rollback<DB: Server>() {
    assert_eq!(held::<DB>(async |transaction| transaction.rollback().await.unwrap()).await, 0);
}

#[transactional]
async fn fails<DB: Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(session).await?;
    Err(sqlx::Error::RowNotFound)
}

async fn free_when_the_call_returns<DB: Server + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = database.pool(options(2));
    let mut other = database.connect().await;
    for round in 0..ROUNDS {
        assert!(matches!(fails(&pool).await, Err(sqlx::Error::RowNotFound)));
        assert!(is_free::<DB>(&mut other).await, "held after call {round}");
    }
    assert_eq!(cents(&database).await, 1000);
}
