//! What errors and cancelled statements do to the state of a transaction.
use crate::{error::tracked::tests::Refused, transaction::state::*};

fn refused() -> sqlx::Error {
    sqlx::Error::Database(Box::new(Refused))
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into())
}

#[test]
fn an_error_of_the_server_aborts_on_postgres_and_raises_a_question_on_sqlite() {
    let mut state = TransactionState::new(&crate::driver::postgres::RULES);
    drop(state.observe(refused()));
    assert!(matches!(state.refusal(), Some(Error::Ended { .. })));
    assert!(matches!(state.verdict(), Some(Error::RolledBack { .. })));

    let mut state = TransactionState::new(&crate::driver::sqlite::RULES);
    drop(state.observe(refused()));
    assert!(state.refusal().is_none());
    let question = state.take_doubt().expect("a question");
    state.resolve_doubt(question, OpenCheck::Ended);
    assert!(matches!(state.verdict(), Some(Error::RolledBack { .. })));
}

#[test]
fn an_error_of_the_client_changes_nothing() {
    let mut state = TransactionState::new(&crate::driver::postgres::RULES);
    for error in [
        sqlx::Error::RowNotFound,
        sqlx::Error::ColumnNotFound(String::new()),
    ] {
        drop(state.observe(error));
    }
    assert!(state.refusal().is_none() && state.take_doubt().is_none());
}

#[test]
fn the_first_reason_stays_and_a_lost_connection_is_known_to_be_lost() {
    let mut state = TransactionState::new(&crate::driver::postgres::RULES);
    drop(state.observe(refused()));
    drop(state.observe(lost()));
    assert!(state.is_broken());
    assert!(
        matches!(state.verdict(), Some(Error::RolledBack { cause: Some(cause), .. }) if cause.code() == Some("23505"))
    );
}

#[test]
fn a_lost_connection_is_remembered_and_a_busy_database_until_a_statement_succeeds() {
    let mut state = TransactionState::new(&crate::driver::sqlite::RULES);
    state.note(Class::Busy);
    state.completed(true);
    assert_eq!(state.transient(), None);

    state.note(Class::Busy);
    drop(state.observe(lost()));
    state.note(Class::Serialization);
    state.completed(true);
    assert_eq!(
        state.transient(),
        Some(Class::Connection),
        "the first that ends a transaction stays"
    );

    drop(state.observe(refused()));
    state.begin_again();
    assert_eq!(state.transient(), None);
}

#[test]
fn a_cut_read_is_asked_about_and_a_cut_write_poisons() {
    let mut state = TransactionState::new(&crate::driver::postgres::RULES);
    state.cancelled(Progress::Waiting, true);
    assert!(state.is_running() && state.refusal().is_none());
    let question = state.take_doubt().expect("a question");
    state.resolve_doubt(question, OpenCheck::Open);
    assert!(!state.is_running() && state.verdict().is_none());

    state.cancelled(Progress::Waiting, false);
    assert!(matches!(state.refusal(), Some(Error::Poisoned)));
}

#[test]
fn a_cancelled_question_leaves_a_poisoned_transaction() {
    let mut state = TransactionState::new(&crate::driver::postgres::RULES);
    state.cancelled(Progress::AfterRow, true);
    drop(state.take_doubt());
    assert!(matches!(state.verdict(), Some(Error::Poisoned)));
}

#[cfg(feature = "mysql")]
#[test]
fn a_cut_is_told_from_a_loss() {
    let mut state = TransactionState::new(&crate::driver::mysql::RULES);
    state.cancelled(Progress::Waiting, true);
    assert!(state.is_broken() && !state.is_lost() && !state.can_undo());
    state.undone();
    assert!(
        matches!(state.verdict(), Some(Error::Poisoned)),
        "no savepoint mends it"
    );

    drop(state.observe(lost()));
    assert!(state.is_lost());
}
