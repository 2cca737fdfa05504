//! What errors and cuts make of a transaction.
use sqlx::{Postgres, Sqlite};

use crate::{error::loan::tests::Refused, transaction::state::*};

fn refused() -> sqlx::Error {
    sqlx::Error::Database(Box::new(Refused))
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into())
}

#[test]
fn an_error_of_the_server_aborts_on_postgres_and_raises_a_question_on_sqlite() {
    let mut health = Health::new(Dialect::Postgres);
    drop(health.observe::<Postgres>(refused()));
    assert!(matches!(health.refusal(), Some(Error::Ended { .. })));
    assert!(matches!(health.verdict(), Some(Error::RolledBack { .. })));

    let mut health = Health::new(Dialect::Sqlite);
    drop(health.observe::<Sqlite>(refused()));
    assert!(health.refusal().is_none());
    let question = health.question::<Sqlite>().expect("a question");
    health.answer::<Sqlite>(question, Answer::Gone);
    assert!(matches!(health.verdict(), Some(Error::RolledBack { .. })));
}

#[test]
fn an_error_of_the_client_changes_nothing() {
    let mut health = Health::new(Dialect::Postgres);
    for error in [
        sqlx::Error::RowNotFound,
        sqlx::Error::ColumnNotFound(String::new()),
    ] {
        drop(health.observe::<Postgres>(error));
    }
    assert!(health.refusal().is_none() && health.question::<Postgres>().is_none());
}

#[test]
fn the_first_reason_stays_and_a_lost_connection_is_known_to_be_lost() {
    let mut health = Health::new(Dialect::Postgres);
    drop(health.observe::<Postgres>(refused()));
    drop(health.observe::<Postgres>(lost()));
    assert!(health.is_broken());
    assert!(
        matches!(health.verdict(), Some(Error::RolledBack { cause: Some(cause), .. }) if cause.code() == Some("23505"))
    );
}

#[test]
fn a_lost_connection_is_remembered_and_a_busy_database_until_a_statement_succeeds() {
    let mut health = Health::new(Dialect::Sqlite);
    health.note(Class::Busy);
    health.completed(true);
    assert_eq!(health.transient(), None);

    health.note(Class::Busy);
    drop(health.observe::<Sqlite>(lost()));
    health.note(Class::Serialization);
    health.completed(true);
    assert_eq!(
        health.transient(),
        Some(Class::Connection),
        "the first that ends a transaction stays"
    );

    drop(health.observe::<Sqlite>(refused()));
    health.begin_again();
    assert_eq!(health.transient(), None);
}

#[test]
fn a_cut_read_is_asked_about_and_a_cut_write_poisons() {
    let mut health = Health::new(Dialect::Postgres);
    health.cut::<Postgres>(Progress::Waiting, true);
    assert!(health.is_running() && health.refusal().is_none());
    let question = health.question::<Postgres>().expect("a question");
    health.answer::<Postgres>(question, Answer::Fine);
    assert!(!health.is_running() && health.verdict().is_none());

    health.cut::<Postgres>(Progress::Waiting, false);
    assert!(matches!(health.refusal(), Some(Error::Poisoned)));
}

#[test]
fn a_cancelled_question_leaves_a_poisoned_transaction() {
    let mut health = Health::new(Dialect::Postgres);
    health.cut::<Postgres>(Progress::AfterRow, true);
    drop(health.question::<Postgres>());
    assert!(matches!(health.verdict(), Some(Error::Poisoned)));
}

#[cfg(feature = "mysql")]
#[test]
fn a_cut_is_told_from_a_loss() {
    use sqlx::MySql;

    let mut health = Health::new(Dialect::MySql);
    health.cut::<MySql>(Progress::Waiting, true);
    assert!(health.is_broken() && !health.is_lost() && !health.can_undo());
    health.undone();
    assert!(
        matches!(health.verdict(), Some(Error::Poisoned)),
        "no savepoint mends it"
    );

    drop(health.observe::<MySql>(lost()));
    assert!(health.is_lost());
}
