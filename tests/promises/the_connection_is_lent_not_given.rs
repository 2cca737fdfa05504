//! `session.connection()` is for what a session cannot do. If a user ends or swaps the transaction
//! through it, the crate detects that, and the call is not `Ok`.

use sqlx::Connection as _;
use sqlx_transactional::{Class, Error, Session, transactional};
use tests::checks::all_is_well;

use crate::bank::{balances, open};

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn was_found_out(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(
        Error::find(error),
        Some(Error::TransactionControl {
            statement: "session.connection()",
            ..
        })
    )
}

on_each_database! {
    /// A typical helper that was written for a connection.
    async fn begins_and_commits(connection: &mut <DB as sqlx::Database>::Connection) -> Result<(), sqlx::Error> {
        let mut transaction = connection.begin().await?;
        sqlx::raw_sql("UPDATE accounts SET cents = cents + 1 WHERE id = 2").execute(&mut *transaction).await?;
        transaction.commit().await
    }

    #[transactional]
    async fn honest(session: &mut Session<DB>) -> Anything {
        add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        for _ in 0..2 {
            let connection = session.connection().await?;
            sqlx::raw_sql("UPDATE accounts SET cents = cents + 1 WHERE id = 2").execute(connection).await?;
            add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        }
        Ok(())
    }

    #[transactional(nested)]
    async fn honest_and_nested(session: &mut Session<DB>) -> Anything {
        honest(session).await
    }

    #[transactional]
    async fn around(session: &mut Session<DB>) -> Anything {
        honest_and_nested(&mut *session).await?;
        honest(session).await
    }

    #[tokio::test]
    async fn honest_use_commits() {
        let (database, pool) = open::<DB>(1).await;
        honest(&pool).await.expect("nothing fails");
        assert_eq!(balances(&database).await, (1003, 1002));
        around(&pool).await.expect("nothing fails");
        assert_eq!(balances(&database).await, (1009, 1006));
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
    }

    #[transactional(nested)]
    async fn fails(_session: &mut Session<DB>) -> Anything {
        Err("as a test must".into())
    }

    #[transactional]
    async fn between_nested_calls(session: &mut Session<DB>) -> Anything {
        assert!(fails(&mut *session).await.is_err());
        honest(&mut *session).await?;
        honest_and_nested(session).await
    }

    /// The savepoint of the failed nested call is still set when the savepoint of `connection()` is
    /// set. The first must not remove the second.
    #[tokio::test]
    async fn honest_use_commits_after_a_nested_call_that_failed() {
        let (database, pool) = open::<DB>(1).await;
        between_nested_calls(&pool).await.expect("what failed is undone alone");
        assert_eq!(balances(&database).await, (1006, 1004));
    }

    #[transactional]
    async fn lets_a_helper_begin(session: &mut Session<DB>) -> Anything {
        add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        // SQLite refuses it. The others commit the earlier writes.
        let _ = begins_and_commits(session.connection().await?).await;
        Ok(())
    }

    #[transactional]
    async fn drops_a_transaction(session: &mut Session<DB>) -> Anything {
        add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        drop(session.connection().await?.begin().await);
        Ok(())
    }

    #[transactional]
    async fn swaps_the_connection(session: &mut Session<DB>, other: &mut <DB as sqlx::Database>::Connection) -> Anything {
        add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        std::mem::swap(session.connection().await?, other);
        Ok(())
    }

    #[tokio::test]
    async fn ending_or_swapping_the_transaction_is_an_error() {
        let (database, pool) = open::<DB>(2).await;
        let refuses_to_begin_twice = <DB as sqlx::Database>::NAME == "SQLite";
        for outcome in [lets_a_helper_begin(&pool).await, drops_a_transaction(&pool).await] {
            match outcome {
                Ok(()) => assert!(refuses_to_begin_twice),
                Err(error) => assert!(was_found_out(&*error), "{error:?}"),
            }
        }
        let mut other = database.connect().await;
        let error = swaps_the_connection(&pool, &mut other).await.expect_err("another connection is not the transaction");
        assert!(was_found_out(&*error), "{error:?}");
        drop(other);
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
        honest(&pool).await.expect("the next call works");
    }
}

mod on_postgres {
    use super::*;
    use crate::bank::postgres::add;

    #[transactional]
    async fn copies(session: &mut Session<sqlx::Postgres>) -> Anything {
        let mut copy = session
            .connection()
            .await?
            .copy_in_raw("COPY accounts FROM STDIN (FORMAT csv)")
            .await?;
        copy.send("7,70\n8,80\n".as_bytes()).await?;
        copy.finish().await?;
        add(session, 7, 1).await.map_err(|_| "no overdraft")?;
        Ok(())
    }

    #[transactional]
    async fn fails_unseen(session: &mut Session<sqlx::Postgres>) -> Anything {
        add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        let failed = sqlx::query("SELECT 1 / 0")
            .execute(session.connection().await?)
            .await;
        assert!(failed.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn copy_works_and_a_failure_that_was_not_seen_is_no_ok() {
        let (database, pool) = open(1).await;
        copies(&pool).await.expect("nothing fails");
        assert_eq!(
            database
                .integer("SELECT sum(cents)::bigint FROM accounts WHERE id > 2")
                .await,
            151
        );
        let error = fails_unseen(&pool)
            .await
            .expect_err("PostgreSQL has aborted the transaction");
        assert!(
            matches!(Error::find(&*error), Some(Error::RolledBack { .. })),
            "{error:?}"
        );
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}

mod a_procedure_that_commits {
    use super::*;
    use crate::bank::mysql::add;

    #[transactional]
    async fn calls(session: &mut Session<sqlx::MySql>, procedure: &'static str) -> Anything {
        add(&mut *session, 1, 1).await.map_err(|_| "no overdraft")?;
        sqlx::raw_sql(procedure).execute(session).await?;
        Ok(())
    }

    #[tokio::test]
    async fn is_found_out_and_another_is_not_in_the_way() {
        let (database, pool) = open::<sqlx::MySql>(1).await;
        database.run("CREATE PROCEDURE commits() COMMIT").await;
        database
            .run("CREATE PROCEDURE updates() UPDATE accounts SET cents = cents + 1 WHERE id = 2")
            .await;
        calls(&pool, "CALL updates()").await.expect("nothing fails");
        assert_eq!(balances(&database).await, (1001, 1001));
        let error = calls(&pool, "CALL commits()")
            .await
            .expect_err("the crate did not send that COMMIT");
        assert!(
            was_found_out(&*error) && Class::of(&*error) == Class::Other,
            "{error:?}"
        );
        all_is_well(&database, &pool, "accounts WHERE id = 1").await;
    }
}
