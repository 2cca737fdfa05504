//! The common mistakes about what a signature says, in generic functions.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

pub trait Named {
    fn name(&self) -> &str;
}

#[transactional]
pub async fn returns_another_parameter<A: Named, B: Named>(session: &mut Session<Sqlite>, first: A, second: B) -> Result<A, sqlx::Error> {
    println!("{}", first.name());
    Ok(second)
}

#[transactional]
pub async fn returns_what_is_dropped<'a, T: Named + 'a>(session: &mut Session<Sqlite>, named: T) -> Result<&'a str, sqlx::Error> {
    Ok(named.name())
}

#[transactional]
pub async fn lacks_clone<T: Named>(session: &mut Session<Sqlite>, named: T) -> Result<(T, T), sqlx::Error> {
    Ok((named.clone(), named))
}

#[transactional]
pub async fn moves_twice<T: Named>(session: &mut Session<Sqlite>, named: T) -> Result<(T, T), sqlx::Error> {
    Ok((named, named))
}

#[transactional]
pub async fn hides_another_type(session: &mut Session<Sqlite>) -> Result<impl Named, sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(String::new())
}

#[transactional]
pub async fn has_a_constant_too_many<const N: usize>(session: &mut Session<Sqlite>) -> Result<[i64; N], sqlx::Error> {
    Ok([1; 2])
}
