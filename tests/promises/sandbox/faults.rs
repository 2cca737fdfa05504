//! Failures that a test asks for: a call fails as it would in production, and its retries can be
//! observed.

use sqlx_transactional::{Class, Error, Fault, Session, retry_on_error, transactional};

use super::open;
use crate::{bank::BankError, diary::Diary};

/// The class that this database reports for the fault.
fn class(database: &str, fault: Fault) -> Class {
    match fault {
        Fault::ConnectionLost => Class::Connection,
        Fault::CommitUnknown { .. } => Class::CommitUnknown,
        _ if database == "SQLite" => Class::Busy,
        Fault::SerializationFailure => Class::Serialization,
        Fault::Deadlock => Class::Deadlock,
        _ => Class::LockTimeout,
    }
}

const CONFLICTS: [Fault; 4] = [
    Fault::SerializationFailure,
    Fault::Deadlock,
    Fault::LockTimeout,
    Fault::Busy,
];

on_each_driver! {
    const NAME: &str = <Home as sqlx::Database>::NAME;

    fn class_of(failed: &BankError) -> Class {
        let BankError::Database(error) = failed else { panic!("{failed:?}") };
        Class::of(error)
    }

    #[tokio::test]
    async fn are_those_of_the_database_and_undo_the_call() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        for fault in CONFLICTS.into_iter().chain([Fault::ConnectionLost]) {
            for at in [fault.at_statement(1), fault.at_statement(4), fault.at_commit()] {
                sandbox.fail_next(at);
                let failed = transfer(&db, 1, 2, 1).await.expect_err("it was asked for");
                let expected = if at == Fault::ConnectionLost.at_commit() { Class::CommitUnknown } else { class(NAME, fault) };
                assert_eq!(class_of(&failed), expected, "{at:?}");
                assert_eq!(sandbox.faults_waiting(), 0);
                assert_eq!(add(&db, 1, 0).await.expect("the fault happens once"), 1000, "{at:?}");
            }
        }
        assert_eq!((sandbox.committed(), sandbox.rolled_back()), (15, 14), "an unknown commit is neither");
        sandbox.close().await.expect("nothing escaped");
    }

    #[retry_on_error(min_delay = "1ms")]
    #[transactional]
    async fn persists(session: &mut Session<DB>, diary: &Diary) -> Result<u32, BankError> {
        session.after_commit(diary.note("committed"));
        let attempt = session.attempt();
        add(&mut *session, 1, -1).await?;
        add(session, 2, 1).await?;
        Ok(attempt)
    }

    #[tokio::test]
    async fn are_got_over_by_a_call_that_is_tried_again() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let (db, diary) = (sandbox.db(), Diary::default());
        sandbox.fail_next(Fault::Deadlock);
        sandbox.fail_next(Fault::SerializationFailure.at_commit());
        sandbox.fail_next(Fault::ConnectionLost.at_statement(3));
        assert_eq!(persists(&db, &diary).await.expect("the fourth attempt meets nothing"), 4);
        assert_eq!((sandbox.committed(), sandbox.rolled_back(), sandbox.hooks_run()), (1, 3, 1));
        assert_eq!(diary.read(), ["committed"]);
        assert_eq!(sandbox.statements().len(), 1 + 4 + 3 + 4);
        assert_eq!(add(&db, 2, 0).await.expect("it reads"), 1001);
        sandbox.close().await.expect("nothing escaped");
    }

    #[retry_on_error(min_delay = "1ms", exactly_once)]
    #[transactional]
    async fn once(session: &mut Session<DB>) -> Result<(), BankError> {
        add(session, 1, 1).await?;
        Ok(())
    }

    #[tokio::test]
    async fn an_unknown_commit_is_told_or_resolved() {
        let (database, sandbox) = open::<Home, DB>().await;
        if NAME == "MySQL" {
            database.run(sqlx_transactional::MYSQL_LEDGER).await;
        }
        let db = sandbox.db();
        for (stored, cents) in [(true, 1001), (false, 1001)] {
            sandbox.fail_next(Fault::CommitUnknown { stored });
            let BankError::Database(failed) = add(&db, 1, 1).await.expect_err("it was asked for") else { panic!("of the database") };
            assert!(matches!(Error::find(&failed), Some(Error::CommitUnknown { .. })), "{failed:?}");
            assert_eq!(add(&db, 1, 0).await.expect("it reads"), cents);
        }
        for (stored, cents) in [(true, 1002), (false, 1003)] {
            sandbox.fail_next(Fault::CommitUnknown { stored });
            once(&db).await.expect("it is looked up, and tried again if it was not stored");
            assert_eq!(add(&db, 1, 0).await.expect("it reads"), cents);
        }
        sandbox.close().await.expect("nothing escaped");
    }
}
