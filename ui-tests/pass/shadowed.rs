//! Names of crates, traits, types and macros that an expansion could use mean something else in the
//! module of the function.
#![deny(warnings)]
#![expect(
    dead_code,
    unused_macros,
    non_camel_case_types,
    reason = "they are there to be in the way"
)]

mod alloc {}
mod core {}
mod sqlx {}
mod sqlx_transactional {}
mod std {}
mod tokio {}

struct Db;
struct Error;
struct Pin;
struct Pool;
struct Result;
struct Session;
struct Vec;
struct bool;
struct str;
struct u64;
struct usize;

trait AsyncFnOnce {}
trait Clone {}
trait Copy {}
trait Debug {}
trait Default {}
trait Drop {}
trait Fn {}
trait IntoFuture {}
trait Iterator {}
trait Sized {}
trait Sync {}
trait ToOwned {}

/// The module defines macros with the names of the standard library's.
macro_rules! in_the_way {
    ($dollar:tt $($name:ident)*) => { $(
        macro_rules! $name {
            ($dollar($dollar token:tt)*) => { ::core::compile_error!("a macro of the user's") };
        }
    )* };
}
in_the_way! { $ concat format matches module_path panic stringify unreachable vec }

const fn drop(_: i64) {}

const fn never(_: &::sqlx::Error) -> ::core::primitive::bool {
    false
}

#[::sqlx_transactional::transactional(
    timeout = "2s",
    nested,
    commit_on(::sqlx::Error::WorkerCrashed)
)]
async fn joined(
    session: &mut ::sqlx_transactional::Session<::sqlx::Sqlite>,
) -> ::core::result::Result<i64, ::sqlx::Error> {
    ::sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[::sqlx_transactional::retry_on_error(attempts = 2, min_delay = "1ms", when = never)]
#[::sqlx_transactional::transactional(from = db, lock_timeout = "1s", name = "shadowed")]
async fn retried(
    db: &::sqlx_transactional::Db<::sqlx::Sqlite>,
    session: &mut ::sqlx_transactional::Session<::sqlx::Sqlite, ::sqlx_transactional::Serializable>,
    mut id: i64,
) -> ::core::result::Result<i64, ::sqlx::Error> {
    id += joined(session).await?;
    Ok(id)
}

#[::sqlx_transactional::retry_on_error(max_elapsed = "1s")]
async fn alone(
    (mut id, _): (i64, ::std::string::String),
) -> ::core::result::Result<i64, ::sqlx::Error> {
    id += 1;
    Ok(id)
}

struct Bank {
    db: ::sqlx_transactional::Db<::sqlx::Sqlite>,
}

#[::sqlx_transactional::transactional_methods]
impl Bank {
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn answer(
        &self,
        session: &mut ::sqlx_transactional::Session<::sqlx::Sqlite>,
    ) -> ::core::result::Result<i64, ::sqlx::Error> {
        joined(session).await
    }
}

/// Not a test itself, because that attribute would use the module's `tokio`.
pub(crate) async fn check(db: ::sqlx_transactional::Db<::sqlx::Sqlite>) {
    ::core::assert_eq!(crate::sent(joined(&db)).await.expect("it runs"), 1);
    ::core::assert_eq!(crate::sent(retried(&db, 1)).await.expect("it runs"), 2);
    ::core::assert_eq!(
        crate::sent(alone((1, "x".into()))).await.expect("it runs"),
        2
    );
    ::core::assert_eq!(crate::sent(Bank { db }.answer()).await.expect("it runs"), 1);
}
