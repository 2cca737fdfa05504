//! Everything that is refused, each with what is left of the function: one file a mistake.

use super::{check, check_methods, split};

/// Not a snapshot: nothing prints a method without a body outside its trait.
#[test]
fn no_body() {
    let (options, item) = split(
        "#[transactional]\nasync fn f(&self, session: &mut Session<Postgres>) -> Result<(), Error>;",
        "transactional",
    );
    let expansion = crate::transactional::expand(options, &item).to_string();
    assert!(
        expansion.contains("a method without a body has no transaction to run"),
        "{expansion}"
    );
    assert!(expansion.ends_with(&item.to_string()), "{expansion}");
}

snapshots! { check as "mistake_":
unknown_option "
#[transactional(timout = \"2s\", isolation = serializable)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

option_of_another_library "
#[transactional(savepoint, propagation = Required, rollback_for(Error), isolatoin = Serializable, max_elapsed = \"1s\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

session_of_a_pool "
#[transactional(from = &pool)]
async fn f(pool: PgPool, session: &mut Session<PgPool>) -> Result<(), Error> { body() }"

session_of_any_type "
#[transactional]
async fn f<DB>(session: &mut Session<DB>) -> Result<(), Error> { body() }"

session_that_is_a_connection "
#[transactional]
async fn f(#[session] connection: &mut PgConnection) -> Result<(), Error> { body() }"

session_in_something_else "
#[transactional]
async fn f(session: Option<&mut Session<Postgres>>) -> Result<(), Error> { body() }"

session_behind_a_trait "
#[transactional]
async fn f(executor: impl Executor<'_, Database = Postgres>) -> Result<(), Error> { body() }"

option_twice "
#[transactional(name = \"a\", name = \"b\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

option_without_value "
#[transactional(timeout, name =, from = , crate)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

option_with_wrong_value "
#[transactional(requires_new = true, timeout = 2, name = other, crate = \"path\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

option_in_wrong_form "
#[transactional(timeout(\"2s\"), \"name\", requires_new from = &db)]
async fn f(session: &mut Session<Postgres>, db: &Db<Postgres>) -> Result<(), Error> { body() }"

duration "
#[transactional(timeout = \"1m 30s\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

no_time "
#[transactional(timeout = \"0s\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

empty_name "
#[transactional(name = \"\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

from_with_requires_new "
#[transactional(from = &db, requires_new)]
async fn f(db: Db<Postgres>, session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

nested_with_what_begins "
#[transactional(nested, requires_new, lock_timeout = 1, deferrable, durability = relaxed)]
async fn f(session: &mut Session<Postgres, ReadOnly<Serializable>>) -> Result<(), Error> { body() }"

from_and_begin_time_before_nested "
#[transactional(from = &db, lock_timeout = \"1s\", nested)]
async fn f(db: Db<Postgres>, session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

deferrable_without_mode "
#[transactional(deferrable = true)]
async fn f(mut session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

further_options_without_value "
#[transactional(lock_timeout, durability, commit_on)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

further_options_with_wrong_value "
#[transactional(nested(true), lock_timeout = \"0s\", deferrable = true, durability = \"off\", commit_on = Error::Locked { .. })]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

durability_unknown "
#[transactional(durability = full)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

commit_on_nothing "
#[transactional(commit_on())]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

commit_on_no_pattern "
#[transactional(commit_on(..=, Error::Locked), timeout = \"\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

commit_on_guard "
#[transactional(commit_on(Error::Locked(tries) if tries > 3))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

commit_on_list "
#[transactional(commit_on(Error::Locked, Error::Late))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

commit_on_condition "
#[transactional(commit_on(Error::Locked && true))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

commit_on_err "
#[transactional(commit_on(Error::Late | Err(Error::Locked { .. })))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

commit_on_name "
#[transactional(commit_on(Locked | (error)))]
async fn f(session: &mut Session<Postgres>) -> Result<(), bank::BankError> { body() }"

from_awaits "
#[transactional(from = &connect().await)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

no_session_and_nothing_like_it "
#[transactional]
async fn f(cents: i64) -> Result<(), Error> { body() }"

no_session_but_a_transaction "
#[transactional]
async fn f(cents: i64, tx: &mut sqlx::Transaction<'_, MySql>) -> Result<(), Error> { body() }"

no_session "
#[transactional]
async fn f(pool: &PgPool) -> Result<(), Error> { body() }"

two_sessions "
#[transactional]
async fn f(session: &mut Session<Postgres>, other: &mut Session<Postgres>) -> Result<(), Error> { body() }"

shared_session "
#[transactional]
async fn f(session: &Session<Postgres>) -> Result<(), Error> { body() }"

session_by_value "
#[transactional]
async fn f(mut session: Session<Postgres>) -> Result<(), Error> { body() }"

unknown_session_by_value "
#[transactional]
async fn f(session: Session) -> Result<(), Error> { body() }"

marked_by_value "
#[transactional]
async fn f(#[session] session: Tx) -> Result<(), Error> { body() }"

session_as_self "
#[transactional]
async fn f(self: &mut Session<Postgres>) -> Result<(), Error> { body() }"

session_in_pattern "
#[transactional]
async fn f(session @ _: &mut Session<Postgres>) -> Result<(), Error> { body() }"

named_lifetime "
#[transactional]
async fn f<'s>(session: &'s mut Session<Postgres>, text: &'s str) -> Result<(), Error> { body() }"

generic_mode "
#[transactional]
async fn f<M: ?Sized>(session: &mut Session<Postgres, M>) -> Result<(), Error> { body() }"

not_async "
#[transactional]
fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

returns_nothing "
#[transactional]
async fn f(session: &mut Session<Postgres>) { body() }"

returns_impl_trait "
#[transactional]
async fn f(session: &mut Session<Postgres>) -> impl Responder { body() }"

error_options_of_a_response "
#[transactional(commit_on(_), map_err = to_status)]
async fn f(session: &mut Session<Postgres>) -> impl IntoResponse { body() }"

hidden_error "
#[transactional]
async fn f(session: &mut Session<Postgres>) -> Result<(), impl Error> { body() }"

qualifiers "
#[transactional]
const unsafe extern \"C\" fn f(session: &mut Session<Postgres>, ...) -> Result<(), Error> { body() }"

written_twice "
#[transactional]
#[transactional(requires_new)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

everything_at_once "
#[transactional(pool = db, timeout = \"soon\")]
fn f<M: ?Sized>(session: &mut Session<Postgres, M>) { body() }"

rewritten "
#[transactional]
fn f<'life0, 'async_trait>(&'life0 self, session: &'life1 mut Session<Postgres>)
    -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Result<(), Error>> + ::core::marker::Send + 'async_trait>> { body() }"

rewritten_with_from "
#[transactional(from = &self.db)]
fn f<'life0, 'life1, 'async_trait>(&'life0 self, session: &'life1 mut Session<Postgres>)
    -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'async_trait>> where 'life0: 'async_trait, 'life1: 'async_trait { body() }"

on_a_struct "
#[transactional]
pub(crate) struct Bank { pool: PgPool }"

on_an_impl "
#[transactional]
impl Bank {}"
}

snapshots! { check_methods as "mistake_":
methods_with_options "
#[transactional_methods(timeout = \"2s\")]
impl Bank { #[transactional] async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() } }"

methods_without_a_method "
#[transactional_methods]
impl Bank { async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() } }"

methods_on_a_function "
#[transactional_methods]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

methods_of_a_trait_without_from "
#[transactional_methods]
impl Trait for Bank {
    #[transactional]
    async fn f(&self, session: &mut Session<Postgres>) -> Result<(), Error> { body() }
    #[transactional(timeout = \"\")]
    async fn g(&self) -> Result<(), Error> { body() }
}"
}
