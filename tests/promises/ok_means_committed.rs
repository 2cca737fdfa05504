//! `Ok` means committed: other connections see what the function wrote. If the transaction cannot
//! commit, the function does not return `Ok`. All databases.

use sqlx_transactional::{Class, Constraint, Db, Error, Session, transactional};

use crate::bank::{BankError, balances, open};

/// The return type of functions that return `Ok` although a statement failed.
type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

on_each_database! {
    #[tokio::test]
    async fn a_transfer_is_stored() {
        let (database, pool) = open::<DB>(2).await;
        transfer(&pool, 1, 2, 300).await.expect("there is enough");
        assert_eq!(balances(&database).await, (700, 1300));
    }

    #[tokio::test]
    async fn a_db_begins_as_a_pool_does_also_in_a_task() {
        let (database, pool) = open::<DB>(2).await;
        let db = Db::from(pool);
        tokio::spawn(async move { transfer(&db, 1, 2, 300).await }).await.expect("no panic").expect("there is enough");
        assert_eq!(balances(&database).await, (700, 1300));
    }
}

/// MySQL checks its constraints at once.
mod deferred {
    use super::*;

    on! { [postgres sqlite]
        #[transactional]
        async fn refused_at_commit(session: &mut Session<DB>) -> Result<(), BankError> {
            add(&mut *session, 1, 300).await?;
            sqlx::query("INSERT INTO entries VALUES (1, 99)").execute(session).await?;
            Ok(())
        }

        #[tokio::test]
        async fn a_refused_commit_is_the_databases_error_and_stores_nothing() {
            let (database, pool) = open::<DB>(1).await;
            database.run("CREATE TABLE entries (id BIGINT, account BIGINT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED)").await;
            for _ in 0..2 {
                let refused = refused_at_commit(&pool).await;
                let Err(BankError::Database(error)) = refused else { panic!("{refused:?}") };
                assert_eq!(Class::of(&error), Class::Constraint(Constraint::ForeignKey));
            }
            assert_eq!(balances(&database).await, (1000, 1000));
            transfer(&pool, 1, 2, 300).await.expect("the connection works");
        }
    }
}

mod swallowed_on_postgres {
    use super::*;
    use crate::bank::postgres::add;

    #[transactional]
    async fn swallow(session: &mut Session<sqlx::Postgres>) -> Anything {
        add(&mut *session, 1, 300)
            .await
            .map_err(|_| "no overdraft")?;
        let twice = sqlx::query("INSERT INTO accounts VALUES (1, 0)")
            .execute(session)
            .await;
        assert!(twice.is_err());
        Ok(())
    }

    #[transactional]
    async fn swallow_untyped(session: &mut Session<sqlx::Postgres>) -> Result<(), BankError> {
        swallow(session).await.map_err(|_| BankError::Overdraft)
    }

    #[tokio::test]
    async fn a_swallowed_error_is_rolled_back_and_is_the_source() {
        let (database, pool) = open(1).await;
        let error = swallow(&pool)
            .await
            .expect_err("PostgreSQL has aborted the transaction");
        let Some(Error::RolledBack {
            cause: Some(cause), ..
        }) = Error::find(&*error)
        else {
            panic!("{error:?}")
        };
        assert_eq!(
            (cause.class(), cause.code()),
            (Class::Constraint(Constraint::Unique), Some("23505"))
        );
        let source = std::error::Error::source(cause)
            .and_then(|source| source.downcast_ref::<sqlx::Error>())
            .expect("the statement's own error");
        let statement = source
            .as_database_error()
            .expect("it came from the database");
        assert_eq!(
            statement
                .downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .constraint(),
            Some("accounts_pkey")
        );
        assert_eq!(balances(&database).await, (1000, 1000));
    }

    #[tokio::test]
    async fn an_error_type_without_ours_gets_the_cause_itself() {
        let (database, pool) = open(1).await;
        let Err(BankError::Database(error)) = swallow_untyped(&pool).await else {
            panic!("PostgreSQL has aborted the transaction")
        };
        let Some(Error::RolledBack {
            cause: Some(cause), ..
        }) = Error::find(&error)
        else {
            panic!("{error:?}")
        };
        let statement = std::error::Error::source(cause)
            .and_then(|source| source.downcast_ref::<sqlx::Error>())
            .and_then(sqlx::Error::as_database_error)
            .expect("it came from the database");
        assert_eq!(
            statement
                .downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .constraint(),
            Some("accounts_pkey")
        );
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}

mod swallowed {
    use super::*;

    on! { [mysql sqlite]
        #[transactional]
        async fn upsert(session: &mut Session<DB>) -> Result<(), BankError> {
            let twice = sqlx::query("INSERT INTO accounts VALUES (1, 0)").execute(&mut *session).await;
            assert!(twice.is_err());
            add(session, 1, 300).await?;
            Ok(())
        }

        #[tokio::test]
        async fn a_failed_statement_alone_does_not_fail_the_transaction() {
            let (database, pool) = open::<DB>(1).await;
            upsert(&pool).await.expect("only the statement failed");
            assert_eq!(balances(&database).await, (1300, 1000));
        }
    }
}

mod swallowed_on_sqlite {
    use super::*;
    use crate::bank::sqlite::add;

    #[transactional]
    async fn or_rollback(session: &mut Session<sqlx::Sqlite>) -> Anything {
        add(&mut *session, 1, 300)
            .await
            .map_err(|_| "no overdraft")?;
        let twice = sqlx::query("INSERT OR ROLLBACK INTO accounts VALUES (1, 0)")
            .execute(session)
            .await;
        assert!(twice.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn a_statement_that_rolled_everything_back_is_found_out() {
        let (database, pool) = open(1).await;
        let error = or_rollback(&pool)
            .await
            .expect_err("SQLite has rolled back");
        assert!(
            matches!(Error::find(&*error), Some(Error::RolledBack { cause: Some(cause), .. }) if cause.class() == Class::Constraint(Constraint::Unique))
        );
        assert_eq!(balances(&database).await, (1000, 1000));
    }
}
