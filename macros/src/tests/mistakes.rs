//! Everything that `#[transactional]` and `#[transactional_methods]` refuse.

use super::split;

/// Not a snapshot: nothing prints a method without a body outside its trait.
#[test]
fn no_body() {
    let (options, item) = split(
        "#[transactional]\nasync fn f(&self, session: &mut Session<Postgres>) -> Result<(), Error>;",
    );
    let expansion = crate::transactional::expand(options, &item).to_string();
    assert!(
        expansion.contains("a method without a body has no transaction to run"),
        "{expansion}"
    );
    assert!(expansion.ends_with(&item.to_string()), "{expansion}");
}

snapshots! { "mistake_":
unknown_option "
#[transactional(timout = \"2s\", isolation = serializable)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

session_that_is_a_connection "
#[transactional]
async fn f(#[session] connection: &mut PgConnection) -> Result<(), Error> { body() }"

nested_with_what_begins "
#[transactional(nested, requires_new, lock_timeout = 1, deferrable, durability = relaxed)]
async fn f(session: &mut Session<Postgres, ReadOnly<Serializable>>) -> Result<(), Error> { body() }"

from_awaits "
#[transactional(from = &connect().await)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

no_session "
#[transactional]
async fn f(pool: &PgPool) -> Result<(), Error> { body() }"

two_sessions "
#[transactional]
async fn f(session: &mut Session<Postgres>, other: &mut Session<Postgres>) -> Result<(), Error> { body() }"

marked_by_value "
#[transactional]
async fn f(#[session] session: Tx) -> Result<(), Error> { body() }"

everything_at_once "
#[transactional(pool = db, timeout = \"soon\")]
fn f<M: ?Sized>(session: &mut Session<Postgres, M>) { body() }"

rewritten_with_from "
#[transactional(from = &self.db)]
fn f<'life0, 'life1, 'async_trait>(&'life0 self, session: &'life1 mut Session<Postgres>)
    -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'async_trait>> where 'life0: 'async_trait, 'life1: 'async_trait { body() }"

on_a_struct "
#[transactional]
pub(crate) struct Bank { pool: PgPool }"

methods_with_options "
#[transactional_methods(timeout = \"2s\")]
impl Bank { #[transactional] async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() } }"

methods_of_a_trait_without_from "
#[transactional_methods]
impl Trait for Bank {
    #[transactional]
    async fn f(&self, session: &mut Session<Postgres>) -> Result<(), Error> { body() }
    #[transactional(timeout = \"\")]
    async fn g(&self) -> Result<(), Error> { body() }
}"
}

mistakes! {
option_of_another_library "
#[transactional(savepoint, propagation = Required, rollback_for(Error), isolatoin = Serializable, max_elapsed = \"1s\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=>
    "unknown option `savepoint`",
    "unknown option `propagation`",
    "unknown option `rollback_for`",
    "unknown option `isolatoin`",
    "unknown option `max_elapsed`";

session_of_a_pool "
#[transactional(from = &pool)]
async fn f(pool: PgPool, session: &mut Session<PgPool>) -> Result<(), Error> { body() }"
=> "`PgPool` is no database, but a pool";

session_of_any_type "
#[transactional]
async fn f<DB>(session: &mut Session<DB>) -> Result<(), Error> { body() }"
=> "`DB` can be any type, and a session needs a database";

session_in_something_else "
#[transactional]
async fn f(session: Option<&mut Session<Sqlite>>) -> Result<(), Error> { body() }"
=> "the session argument is missing";

session_behind_a_trait "
#[transactional]
async fn f<'c>(executor: impl Executor<'c, Database = Sqlite>) -> Result<(), Error> { body() }"
=> "the session argument is missing";

option_twice "
#[transactional(timeout = \"2s\", timeout = \"3s\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`timeout` is set twice";

option_without_value "
#[transactional(timeout, name =, from = , crate)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=>
    "`timeout` needs a value",
    "`name` needs a value",
    "`from` needs a value",
    "`crate` needs a value";

option_with_wrong_value "
#[transactional(requires_new = true, timeout = 2, name = other, crate = \"path\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=>
    "`requires_new` takes no value",
    "`timeout` takes a string",
    "`name` takes a string",
    "`crate` takes the path of a module";

option_in_wrong_form "
#[transactional(timeout(\"2s\"), \"name\", requires_new from = &db)]
async fn f(session: &mut Session<Postgres>, db: &Db<Postgres>) -> Result<(), Error> { body() }"
=> "`timeout` needs a value", "an option starts with its name", "`from` is not part of an option";

duration "
#[transactional(timeout = \"1m 30s\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`1m 30s` is not a duration";

no_time "
#[transactional(timeout = \"0s\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`timeout = \"0s\"` leaves no time at all";

empty_name "
#[transactional(name = \"\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "the name is empty";

from_with_requires_new "
#[transactional(from = &db, requires_new)]
async fn f(db: Db<Postgres>, session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`requires_new` says nothing beside `from`";

from_and_begin_time_before_nested "
#[transactional(from = &db, lock_timeout = \"1s\", nested)]
async fn f(db: Db<Postgres>, session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`nested` contradicts `from`";

deferrable_without_mode "
#[transactional(deferrable = true)]
async fn f(mut session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`deferrable` takes no value", "`deferrable` needs a session that is `ReadOnly<Serializable>`";

further_options_without_value "
#[transactional(lock_timeout, durability, commit_on)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=>
    "`lock_timeout` needs a value",
    "`durability` needs a value",
    "`commit_on` takes a pattern in parentheses";

further_options_with_wrong_value "
#[transactional(nested(true), lock_timeout = \"0s\", deferrable = true, durability = \"off\", commit_on = Error::Locked { .. })]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=>
    "`nested` takes no value",
    "`lock_timeout = \"0s\"` leaves no time at all",
    "`deferrable` takes no value",
    "`durability` takes one word: `relaxed`",
    "`commit_on` takes a pattern in parentheses",
    "`lock_timeout` contradicts `nested`",
    "`deferrable` contradicts `nested`",
    "`durability` contradicts `nested`",
    "`deferrable` needs a session that is `ReadOnly<Serializable>`";

durability_unknown "
#[transactional(durability = full)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`durability` takes one word: `relaxed`";

commit_on_nothing "
#[transactional(commit_on())]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`commit_on` needs a pattern";

commit_on_no_pattern "
#[transactional(commit_on(..=, Error::Locked), timeout = \"\")]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`commit_on` takes a pattern", "`` is not a duration";

commit_on_guard "
#[transactional(commit_on(Error::Locked(tries) if tries > 3))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`commit_on` takes a pattern without an `if`";

commit_on_list "
#[transactional(commit_on(Error::Locked, Error::Late))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`commit_on` takes one pattern";

commit_on_condition "
#[transactional(commit_on(Error::Locked && true))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`&` is not part of a pattern";

commit_on_err "
#[transactional(commit_on(Error::Late | Err(Error::Locked { .. })))]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`commit_on` looks at the error, not at the `Result` around it";

commit_on_name "
#[transactional(commit_on(Locked | (error)))]
async fn f(session: &mut Session<Postgres>) -> Result<(), bank::BankError> { body() }"
=> "`Locked` needs its path", "`error` matches every error";

no_session_and_nothing_like_it "
#[transactional]
async fn f(cents: i64) -> Result<(), Error> { body() }"
=> "the session argument is missing";

no_session_but_a_transaction "
#[transactional]
async fn f(cents: i64, tx: &mut sqlx::Transaction<'_, MySql>) -> Result<(), Error> { body() }"
=> "the session argument is missing";

shared_session "
#[transactional]
async fn f(session: &Session<Sqlite>) -> Result<(), Error> { body() }"
=> "a shared reference to the session cannot run statements";

session_by_value "
#[transactional]
async fn f(mut session: Session<Sqlite>) -> Result<(), Error> { body() }"
=> "the session cannot be taken by value";

unknown_session_by_value "
#[transactional]
async fn f(session: Session) -> Result<(), Error> { body() }"
=> "the session cannot be taken by value";

session_as_self "
#[transactional]
async fn f(self: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "the session cannot be `self`";

session_in_pattern "
#[transactional]
async fn f(session @ _: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "the session needs a plain name";

named_lifetime "
#[transactional]
async fn f<'s>(session: &'s mut Session<Sqlite>, text: &'s str) -> Result<(), Error> { body() }"
=> "the session cannot have a named lifetime";

generic_mode "
#[transactional]
async fn f<M: ?Sized>(session: &mut Session<Postgres, M>) -> Result<(), Error> { body() }"
=> "the mode `M` must be a type, not a parameter";

not_async "
#[transactional]
fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`#[transactional]` needs an `async fn`";

returns_nothing "
#[transactional]
async fn f(session: &mut Session<Postgres>) { body() }"
=> "the function returns nothing";

returns_impl_trait "
#[transactional]
async fn f(session: &mut Session<Postgres>) -> impl Responder { body() }"
=> "`impl Trait` hides whether the call succeeded";

error_options_of_a_response "
#[transactional(commit_on(_), map_err = to_status)]
async fn f(session: &mut Session<Postgres>) -> impl IntoResponse { body() }"
=>
    "`commit_on` needs a function that returns a `Result`",
    "`map_err` needs a function that returns a `Result`";

hidden_error "
#[transactional]
async fn f(session: &mut Session<Postgres>) -> Result<(), impl Error> { body() }"
=> "`impl Trait` hides the error type";

qualifiers "
#[transactional]
const unsafe extern \"C\" fn f(session: &mut Session<Postgres>, ...) -> Result<(), Error> { body() }"
=>
    "`#[transactional]` needs an `async fn`",
    "a `const fn` cannot run a transaction",
    "an `extern` function cannot run a transaction",
    "a variadic function cannot run a transaction";

written_twice "
#[transactional]
#[transactional(requires_new)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`#[transactional]` is written twice";

rewritten "
#[transactional]
fn f<'life0, 'async_trait>(&'life0 self, session: &'life1 mut Session<Postgres>)
    -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Result<(), Error>> + ::core::marker::Send + 'async_trait>> { body() }"
=> "this method was already rewritten to return a boxed future";

on_an_impl "
#[transactional]
impl Bank {}"
=> "`#[transactional]` needs an `async fn`, this is an `impl` block";

methods_without_a_method "
#[transactional_methods]
impl Bank { async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() } }"
=> "no method of this block is annotated";

methods_on_a_function "
#[transactional_methods]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`#[transactional_methods]` needs an `impl` block, this is a function";
}
