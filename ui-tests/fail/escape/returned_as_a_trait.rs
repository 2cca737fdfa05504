//! A session is returned behind a trait.

use std::fmt::Debug;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: A session is returned behind a trait that says nothing of it.
#[transactional]
async fn returned_as_a_trait_object(
    session: &mut Session<Sqlite>,
) -> Result<Box<dyn Debug>, sqlx::Error> {
    Ok(Box::new(session))
}

// case: A session is returned behind an `impl Trait` that says nothing of it.
#[transactional]
async fn returned_as_impl_trait(session: &mut Session<Sqlite>) -> Result<impl Debug, sqlx::Error> {
    Ok(session)
}

// case: A closure that holds the session is returned.
#[transactional]
async fn returned_in_a_closure<'r>(
    session: &mut Session<Sqlite>,
) -> Result<Box<dyn FnOnce() -> String + 'r>, sqlx::Error> {
    Ok(Box::new(move || format!("{session:?}")))
}

// case: A boxed closure that holds the session is returned.
#[transactional]
async fn returned_in_a_boxed_closure(
    session: &mut Session<Sqlite>,
) -> Result<Box<dyn FnMut() -> u32 + Send>, sqlx::Error> {
    Ok(Box::new(move || session.attempt()))
}

fn main() {}
