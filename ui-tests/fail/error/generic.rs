//! The error type is a parameter without the bound `From<sqlx::Error>`.

use std::marker::PhantomData;

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: The error is a type parameter without bounds.
#[transactional]
async fn generic<E>(session: &mut Session<Sqlite>) -> Result<(), E> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

// case: The error is a parameter of the block, without the bound.
struct Repository<E>(PhantomData<E>);

impl<E: Send + Sync> Repository<E> {
    #[transactional]
    async fn transfer(&self, session: &mut Session<Sqlite>) -> Result<(), E> {
        sqlx::query("SELECT 1").execute(session).await.ok();
        Ok(())
    }
}

// case: The error is an associated type, without the bound.
trait Service {
    type Error;
}

#[transactional]
async fn associated<S: Service>(
    session: &mut Session<Sqlite>,
    _service: &S,
) -> Result<(), S::Error> {
    sqlx::query("SELECT 1").execute(session).await.ok();
    Ok(())
}

fn main() {}
