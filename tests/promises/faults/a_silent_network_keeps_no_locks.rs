//! The network loses every message without an error, and the call is dropped. Its locks are gone
//! within a second after the bound on ROLLBACK has passed, because the crate asks the server on
//! another connection to end the transaction.

use std::time::{Duration, Instant};

use sqlx_transactional::{Session, transactional};
use tests::checks::{open_transactions, row_is_locked};
use tests::proxy::Proxy;
use tests::servers::TestDatabase;
use tokio::sync::Notify;

use crate::bank::options;

/// ROLLBACK is awaited for one second, the other connection may take one second, and the promise is
/// one second more.
const BOUND: Duration = Duration::from_secs(3);

on! { [postgres mysql]
    #[transactional]
    async fn holds(session: &mut Session<DB>, held: &Notify, lost: &Notify, goes_on: bool) -> Result<(), sqlx::Error> {
        add(&mut *session, 1, 1).await.expect("the network works");
        held.notify_one();
        lost.notified().await;
        if goes_on {
            sqlx::raw_sql("SELECT 1").execute(session).await?;
        }
        std::future::pending().await
    }

    async fn is_free_after_the_call_was_dropped(goes_on: bool) {
        let database = TestDatabase::<DB>::with_accounts().await;
        let proxy = Proxy::of(&database);
        let pool = database.pool_through(&proxy, options(2));
        let (held, lost) = (Notify::new(), Notify::new());
        let call = holds(&pool, &held, &lost, goes_on);
        let fall_silent = async {
            held.notified().await;
            proxy.black_hole();
            lost.notify_one();
            // What the call sends in these polls is lost.
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! { _ = call => unreachable!("the call waits for ever"), () = fall_silent => {} }
        let dropped = Instant::now();
        while row_is_locked(&database, "accounts WHERE id = 1", Duration::from_secs(1)).await {
            let open = open_transactions(&database).await;
            assert!(dropped.elapsed() < BOUND, "locked after {:?} by {open:?}", dropped.elapsed());
        }
        println!("{}, goes on {goes_on}: free after {:?}", <DB as sqlx::Database>::NAME, dropped.elapsed());
    }

    #[tokio::test]
    async fn dropped_between_two_statements() {
        is_free_after_the_call_was_dropped(false).await;
    }

    #[tokio::test]
    async fn dropped_in_a_statement() {
        is_free_after_the_call_was_dropped(true).await;
    }
}
