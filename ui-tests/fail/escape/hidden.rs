//! A session leaves behind a type or a trait that does not mention it.

use std::any::Any;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is handed to a callback of the caller.
#[transactional]
async fn hidden_by_a_callback<'a>(
    session: &mut Session<Sqlite>,
    keep: impl Fn(&'a mut Session<Sqlite>) + Send,
) -> Result<(), sqlx::Error> {
    keep(session);
    Ok(())
}

// case: A session is kept through an associated type of a trait.
trait Keeps {
    type Kept;

    fn keep(&mut self, kept: Self::Kept);
}

#[transactional]
async fn hidden_by_an_associated_type<'a, K: Keeps<Kept = &'a mut Session<Sqlite>> + Send>(
    session: &mut Session<Sqlite>,
    keeper: &mut K,
) -> Result<(), sqlx::Error> {
    keeper.keep(session);
    Ok(())
}

// case: A session becomes a `Box<dyn Any>`.
#[transactional]
async fn hidden_in_an_any(
    session: &mut Session<Sqlite>,
) -> Result<Box<dyn Any + Send>, sqlx::Error> {
    Ok(Box::new(session))
}

// case: A session is handed to a helper that boxes any `'static` type.
fn keep<T: Send + 'static>(value: T) -> Box<dyn Any + Send> {
    Box::new(value)
}

#[transactional]
async fn kept_by_a_generic_helper(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    keep(session);
    Ok(())
}

// case: A session is the payload of a panic that is resumed.
#[transactional]
async fn resumed_in_a_panic(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::panic::resume_unwind(Box::new(session))
}

// case: A session is the payload of a panic.
#[transactional]
async fn thrown_in_a_panic(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    std::panic::panic_any(session);
}

fn main() {}
