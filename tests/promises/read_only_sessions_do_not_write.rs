//! A `ReadOnly` session refuses to write. If the session began the transaction, the database
//! refuses. If it joined a transaction that can write, the session itself refuses.

use sqlx_transactional::{ReadOnly, Serializable, Session, transactional};
use tests::checks::{all_is_well, no_connection_in_transaction};

use crate::bank::{BankError, balances, open, text_of_ours};

on_each_database! {
    #[transactional]
    async fn writes(session: &mut Session<DB, ReadOnly>) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE accounts SET cents = 0").execute(session).await?;
        Ok(())
    }

    #[transactional]
    async fn joins(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, 1).await?;
        let error = writes(&mut *session).await.expect_err("the session is read-only");
        assert!(text_of_ours(&error).starts_with("`UPDATE` was not sent: the function's session is `ReadOnly`"), "{error}");
        add(session, 1, 1).await?;
        Ok(())
    }

    #[tokio::test]
    async fn whether_they_begin_or_join() {
        let (database, pool) = open::<DB>(1).await;
        assert!(writes(&pool).await.is_err());
        joins(&pool).await.expect("nothing was sent");
        assert_eq!(balances(&database).await, (1002, 1000));
    }

    #[transactional]
    pub(super) async fn total(session: &mut Session<DB, ReadOnly>) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT (SELECT cents FROM accounts WHERE id = 1) + (SELECT cents FROM accounts WHERE id = 2)").fetch_one(session).await
    }

    #[transactional]
    async fn audited(session: &mut Session<DB, ReadOnly<Serializable>>) -> Result<i64, sqlx::Error> {
        total(session).await
    }

    /// The connection can write afterwards, and no transaction stays open although the call does
    /// not wait for COMMIT.
    #[tokio::test]
    async fn and_leave_the_connection_as_it_was() {
        let (database, pool) = open::<DB>(1).await;
        for _ in 0..20 {
            assert_eq!(total(&pool).await.expect("nothing fails"), 2000);
            assert_eq!(audited(&pool).await.expect("nothing fails"), 2000);
            assert!(writes(&pool).await.is_err());
            transfer(&pool, 1, 2, 1).await.expect("there is enough");
        }
        no_connection_in_transaction(&database, &pool).await;
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        sqlx::query("UPDATE accounts SET cents = 0").execute(&pool).await.expect("the connection can write");
    }
}

mod on_the_wire {
    use tests::proxy::Proxy;

    use super::*;
    use crate::bank::options;

    /// The pool's ping reads the answer to COMMIT.
    #[tokio::test]
    async fn the_caller_waits_for_two_round_trips() {
        let (database, _) = open::<sqlx::Postgres>(1).await;
        let proxy = Proxy::postgres(database.address());
        let pool = database.pool_through(&proxy, options(1));
        postgres::total(&pool).await.expect("nothing fails");
        let held = proxy.hold(tests::proxy::Way::ToClient, tests::proxy::Point::Commit);
        assert_eq!(postgres::total(&pool).await.expect("nothing fails"), 2000);
        held.release();
    }
}
