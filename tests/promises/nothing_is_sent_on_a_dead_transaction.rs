//! Once a transaction has failed, none of its statements is sent, so that none can run in
//! autocommit mode.

use sqlx_transactional::{Class, Constraint, Error, Session, transactional};
use tests::explorer::{Cut, When};

use crate::bank::{BankError, balances, open};

/// A read and a write that take longer than a poll.
fn slow<DB: sqlx::Database>() -> [&'static str; 2] {
    match DB::NAME {
        "SQLite" => [
            "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 300000) SELECT max(value) FROM n",
            "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 300000)
             UPDATE accounts SET cents = (SELECT max(value) FROM n) WHERE id = 1 RETURNING cents",
        ],
        _ => [
            "SELECT cents FROM accounts, pg_sleep(0.1) WHERE id = 1",
            "UPDATE accounts SET cents = 0 FROM pg_sleep(0.1) WHERE id = 1 RETURNING cents",
        ],
    }
}

on! { [postgres sqlite]
    #[transactional]
    async fn goes_on(session: &mut Session<DB>, statement: &'static str) -> Result<(), BankError> {
        assert!(sqlx::query(statement).execute(&mut *session).await.is_err());
        for _ in 0..2 {
            let refused = add(&mut *session, 2, 300).await;
            let Err(BankError::Database(error)) = refused else { panic!("{refused:?}") };
            assert_eq!(Class::of(&error), Class::Constraint(Constraint::Unique), "the reason is the first error: {error}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_first_error_is_the_answer_to_every_later_statement() {
        let (database, pool) = open::<DB>(1).await;
        let statement = match <DB as sqlx::Database>::NAME {
            "SQLite" => "INSERT OR ROLLBACK INTO accounts VALUES (1, 0)",
            _ => "INSERT INTO accounts VALUES (1, 0)",
        };
        let outcome = goes_on(&pool, statement).await;
        assert!(outcome.is_err());
        assert_eq!(balances(&database).await, (1000, 1000));
        transfer(&pool, 1, 2, 300).await.expect("the next call works");
    }

    #[transactional]
    async fn cuts(session: &mut Session<DB>, cut: Cut, statement: &'static str) -> Result<i64, BankError> {
        let cut_short = cut.apply(sqlx::query(statement).fetch_one(&mut *session)).await.is_none();
        assert!(cut_short);
        Ok(sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 2").fetch_one(session).await?)
    }

    /// The effect of a cancelled write is unknown. A cancelled read has no effect.
    #[tokio::test]
    async fn a_cut_write_poisons_and_a_cut_read_does_not() {
        let (database, pool) = open::<DB>(1).await;
        for when in When::ALL {
            let [read, write] = slow::<DB>();
            assert_eq!(cuts(&pool, Cut::at(1, when), read).await.expect("nothing has happened"), 1000);
            let poisoned = cuts(&pool, Cut::at(1, when), write).await;
            assert!(matches!(&poisoned, Err(BankError::Database(error)) if error.to_string().contains("cancelled half-way")), "{poisoned:?}");
        }
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}

mod on_mysql {
    use futures_util::TryStreamExt as _;

    use super::*;
    use crate::bank::mysql::{DB, add};

    #[transactional]
    async fn cuts(
        session: &mut Session<DB>,
        cut: Cut,
        statement: &'static str,
    ) -> Result<i64, BankError> {
        add(&mut *session, 1, 300).await?;
        let cut_short = cut
            .apply(sqlx::query(statement).execute(&mut *session))
            .await
            .is_none();
        assert!(cut_short);
        Ok(
            sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 2")
                .fetch_one(session)
                .await?,
        )
    }

    /// After a statement of any kind was cancelled, sqlx can no longer match answers to statements.
    #[tokio::test]
    async fn a_cut_statement_poisons() {
        let (database, pool) = open::<DB>(1).await;
        for when in When::ALL {
            for statement in [
                "SELECT SLEEP(0.1)",
                "UPDATE accounts SET cents = SLEEP(0.1) WHERE id = 1",
            ] {
                let poisoned = cuts(&pool, Cut::at(1, when), statement).await;
                assert!(
                    matches!(&poisoned, Err(BankError::Database(error)) if error.to_string().contains("cancelled half-way")),
                    "{poisoned:?}"
                );
            }
        }
        assert_eq!(balances(&database).await, (1000, 1000));
        add(&pool, 1, 1).await.expect("the next call works");
    }

    #[transactional]
    async fn leaves_early(
        session: &mut Session<DB>,
        after: &'static str,
    ) -> Result<i64, BankError> {
        add(&mut *session, 1, 300).await?;
        let mut steps =
            sqlx::raw_sql("SELECT id FROM accounts; SELECT 1").fetch_many(&mut *session);
        while let Some(step) = steps.try_next().await? {
            if step.is_left() == (after == "a result") {
                break;
            }
        }
        drop(steps);
        Ok(
            sqlx::query_scalar("SELECT cents FROM accounts WHERE id = 1")
                .fetch_one(session)
                .await?,
        )
    }

    /// By hand, after a result the next statement waits for ever for a packet that sqlx has already
    /// read.
    #[tokio::test]
    async fn a_stream_that_is_left_after_a_result_poisons_and_after_a_row_does_not() {
        let (database, pool) = open::<DB>(1).await;
        assert_eq!(
            leaves_early(&pool, "a row")
                .await
                .expect("the rest of it is skipped"),
            1300
        );
        let poisoned = leaves_early(&pool, "a result").await;
        assert!(
            matches!(&poisoned, Err(BankError::Database(error)) if error.to_string().contains("cancelled half-way")),
            "{poisoned:?}"
        );
        assert_eq!(balances(&database).await.0, 1300);
    }
}

mod on_the_wire {
    use tests::proxy::Proxy;

    use super::*;
    use crate::bank::options;

    #[transactional]
    async fn fails_then_asks(session: &mut Session<sqlx::Postgres>) -> Result<(), BankError> {
        let _ = sqlx::query("INSERT INTO accounts VALUES (1, 0)")
            .execute(&mut *session)
            .await;
        let _ = sqlx::query("SELECT 1").execute(session).await;
        Ok(())
    }

    #[tokio::test]
    async fn postgres_sees_the_failure_and_the_rollback_and_nothing_in_between() {
        let (database, _) = open::<sqlx::Postgres>(1).await;
        let proxy = Proxy::postgres(database.address());
        let pool = database.pool_through(&proxy, options(1));
        let counted = proxy.count(async || fails_then_asks(&pool).await).await;
        assert!(counted.value.is_err());
        let statements = counted.statements();
        assert_eq!(
            statements,
            [
                "BEGIN; SELECT pg_backend_pid(), now() = statement_timestamp()",
                "INSERT INTO accounts VALUES (1, 0)",
                "ROLLBACK"
            ]
        );
    }

    #[transactional]
    async fn late_error(session: &mut Session<sqlx::Postgres>) -> Result<(), BankError> {
        let cut = Cut::at(1, When::AtOnce);
        // Fails on the server after the client has stopped waiting.
        let cut_short = cut
            .apply(
                sqlx::raw_sql("SELECT 1 / (SELECT 0 FROM pg_sleep(0.05))").execute(&mut *session),
            )
            .await
            .is_none();
        assert!(cut_short);
        Ok(())
    }

    /// By hand, COMMIT gets the error of that statement, and the connection returns to the pool
    /// inside the transaction.
    #[tokio::test]
    async fn the_error_of_a_cut_statement_is_found_before_commit() {
        let (_database, pool) = open::<sqlx::Postgres>(1).await;
        let Err(BankError::Database(error)) = late_error(&pool).await else {
            panic!("PostgreSQL has aborted the transaction")
        };
        let Some(Error::RolledBack {
            cause: Some(cause), ..
        }) = Error::find(&error)
        else {
            panic!("{error:?}")
        };
        assert_eq!(cause.code(), Some("22012"));
        let one: i32 = sqlx::query_scalar("SELECT 1")
            .fetch_one(&pool)
            .await
            .expect("the connection works");
        assert_eq!(one, 1);
    }
}
