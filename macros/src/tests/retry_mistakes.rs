//! Everything that `#[retry_on_error]` refuses.

use super::split;

/// Not a snapshot: nothing prints a method without a body outside its trait.
#[test]
fn no_body() {
    let (options, item) = split("#[retry_on_error]\nasync fn f(&self) -> Result<(), Error>;");
    let expansion = crate::retry_on_error::expand(options, &item).to_string();
    assert!(
        expansion.contains("a method without a body has nothing to run again"),
        "{expansion}"
    );
    assert!(expansion.ends_with(&item.to_string()), "{expansion}");
}

/// The item that resolves its path where it was written below is gone.
#[test]
fn resolved() {
    let path = syn::parse_quote!(sqlx_transactional::retry_on_error);
    let item: syn::ItemFn = syn::parse2(crate::retry_on_error::resolved(&path)).unwrap();
    let options = crate::function::options(item.attrs[0].meta.clone());
    assert!(crate::retry_on_error::expand(options, &quote::quote!(#item)).is_empty());
}

snapshots! { "mistake_retry_":
written_twice_around "
#[retry_on_error]
#[transactional]
#[retry_on_error]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

everything_at_once "
#[retry_on_error(attempts = 0, retries = 3)]
#[transactional(timeout = \"soon\")]
fn f(&mut self, session: &mut Session<Postgres>, out: &mut u8, ref mut ids: String) { body() }"

below "
#[transactional]
#[sqlx_transactional::retry_on_error(attempts = 0)]
async fn f(session: &mut Session<Postgres>, out: &mut u8) -> Result<(), Error> { body() }"
}

mistakes! {
unknown_option "
#[retry_on_error(attemps = 3, exactly_once, retries = 3, timeout = \"2s\", pool = db, name = \"x\", if = is_busy, delay = \"1s\", jitter)]
async fn f() -> Result<(), Error> { body() }"
=>
    "unknown option `attemps`",
    "unknown option `retries`",
    "unknown option `timeout`",
    "unknown option `pool`",
    "unknown option `name`",
    "unknown option `if`",
    "unknown option `delay`",
    "unknown option `jitter`",
    "`exactly_once` needs `#[transactional]`";

when_is_an_argument "
#[retry_on_error(when = busy)]
async fn f((busy, id): (bool, i64)) -> Result<(), Error> { body() }"
=> "`busy` is an argument here";

option_twice "
#[retry_on_error(attempts = 2, attempts = 3)]
async fn f() -> Result<(), Error> { body() }"
=> "`attempts` is set twice";

option_without_value "
#[retry_on_error(attempts, min_delay, max_delay =, max_elapsed, when, crate)]
async fn f() -> Result<(), Error> { body() }"
=>
    "`attempts` needs a value",
    "`min_delay` needs a value",
    "`max_delay` needs a value",
    "`max_elapsed` needs a value",
    "`when` needs a value",
    "`crate` needs a value";

option_with_wrong_value "
#[retry_on_error(attempts = \"5\", min_delay = 10, max_delay = \"1h\", max_elapsed = \"0s\", when = |error| true, idempotent = true)]
async fn f() -> Result<(), Error> { body() }"
=>
    "`attempts` takes a whole number",
    "`min_delay` takes a string",
    "`1h` is not a duration",
    "`max_elapsed = \"0s\"` leaves no time at all",
    "`when` takes the path of a function",
    "`idempotent` takes no value";

attempts_of_nothing "
#[retry_on_error(attempts = 0)]
async fn f() -> Result<(), Error> { body() }"
=> "`attempts = 0` would run nothing at all";

attempts_without_end "
#[retry_on_error(attempts = 5_000_000_000)]
async fn f() -> Result<(), Error> { body() }"
=> "`5_000_000_000` is too large";

no_delay "
#[retry_on_error(min_delay = \"0ms\", max_delay = \"0s\")]
async fn f() -> Result<(), Error> { body() }"
=> "`min_delay = \"0ms\"` leaves no time at all", "`max_delay = \"0s\"` leaves no time at all";

delays_swapped "
#[retry_on_error(max_delay = \"10ms\", min_delay = \"1s\")]
async fn f() -> Result<(), Error> { body() }"
=> "`min_delay` is longer than `max_delay`";

min_delay_alone "
#[retry_on_error(min_delay = \"2s\")]
async fn f() -> Result<(), Error> { body() }"
=> "`min_delay` is longer than `max_delay`";

max_delay_alone "
#[retry_on_error(max_delay = \"9ms\")]
async fn f() -> Result<(), Error> { body() }"
=> "`max_delay` is shorter than `min_delay`";

crate_in_both "
#[retry_on_error(crate = one)]
#[transactional(crate = other)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`crate` is set twice";

written_twice "
#[retry_on_error]
#[retry_on_error(attempts = 0)]
async fn f() -> Result<(), Error> { body() }"
=> "`#[retry_on_error]` is written twice";

mutable_arguments "
#[retry_on_error]
async fn f(out: &mut Vec<u8>, (a, b): (u8, Option<&mut u8>), text: Pin<&mut String>, [c, _]: [&mut u8; 2]) -> Result<(), Error> { body() }"
=>
    "`out` would carry a failed attempt into the next one",
    "`(a, b)` would carry a failed attempt into the next one",
    "`text` would carry a failed attempt into the next one",
    "`[c, _]` would carry a failed attempt into the next one";

ref_mut "
#[retry_on_error]
#[transactional]
async fn f(session: &mut Session<Postgres>, (ref mut a, [b, ref mut c]): (u8, [u8; 2])) -> Result<(), Error> { body() }"
=>
    "`a` would carry a failed attempt into the next one",
    "`c` would carry a failed attempt into the next one";

connection "
#[retry_on_error]
async fn f(connection: &mut PgConnection, other: &mut PoolConnection<Sqlite>) -> Result<(), Error> { body() }"
=>
    "`connection` would carry a failed attempt into the next one",
    "`other` would carry a failed attempt into the next one";

self_by_value "
#[retry_on_error]
async fn f(self) -> Result<(), Error> { body() }"
=> "`self` would be gone after the first attempt";

mut_self "
#[retry_on_error]
#[transactional(from = &self.db)]
async fn f(mut self, session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`self` would be gone after the first attempt";

self_as_mut "
#[retry_on_error]
async fn f(&mut self) -> Result<(), Error> { body() }"
=> "`self` would carry a failed attempt into the next one";

self_in_an_arc "
#[retry_on_error]
async fn f(self: Arc<Self>) -> Result<(), Error> { body() }"
=> "`self` would be gone after the first attempt";

self_pinned "
#[retry_on_error]
async fn f(self: Pin<&mut Self>) -> Result<(), Error> { body() }"
=> "`self` would carry a failed attempt into the next one";

session_without_transactional "
#[retry_on_error]
async fn f(session: &mut Session<Postgres>, out: &mut u8) -> Result<(), Error> { body() }"
=>
    "`session` would stay in the transaction that a failed attempt has aborted",
    "`out` would carry a failed attempt into the next one";

shared_session_without_transactional "
#[retry_on_error]
async fn f(session: &Session<Postgres>) -> Result<(), Error> { body() }"
=> "`session` would stay in the transaction that a failed attempt has aborted";

alias_without_transactional "
#[retry_on_error]
async fn f(#[session] tx: &mut Tx) -> Result<(), Error> { body() }"
=> "`tx` would stay in the transaction that a failed attempt has aborted";

transaction "
#[retry_on_error]
async fn f(tx: &mut sqlx::Transaction<'_, MySql>) -> Result<(), Error> { body() }"
=> "`tx` would stay in the transaction that a failed attempt has aborted";

transaction_of_postgres "
#[retry_on_error]
async fn f(tx: PgTransaction<'_>) -> Result<(), Error> { body() }"
=> "`tx` would stay in the transaction that a failed attempt has aborted";

not_async "
#[retry_on_error]
fn f() -> Result<(), Error> { body() }"
=> "`#[retry_on_error]` needs an `async fn`";

not_async_in_a_transaction "
#[retry_on_error]
#[transactional]
fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "`#[transactional]` needs an `async fn`";

returns_nothing "
#[retry_on_error]
async fn f() { body() }"
=> "the function returns nothing";

hidden_error "
#[retry_on_error]
async fn f() -> Result<(), impl Error> { body() }"
=> "`impl Trait` hides the error type";

returns_impl_trait "
#[retry_on_error]
async fn f() -> impl IntoResponse { body() }"
=> "`impl Trait` hides whether the call succeeded";

qualifiers "
#[retry_on_error]
const unsafe extern \"C\" fn f(...) -> Result<(), Error> { body() }"
=>
    "`#[retry_on_error]` needs an `async fn`",
    "a `const fn` cannot run again",
    "an `extern` function cannot run again",
    "a variadic function cannot run again";

rewritten "
#[retry_on_error]
fn f<'life0, 'async_trait>(&'life0 mut self) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'async_trait>> { body() }"
=> "this method was already rewritten to return a boxed future";

rewritten_in_a_transaction "
#[retry_on_error(attempts = 3)]
#[transactional]
fn f<'life0, 'async_trait>(&'life0 self, session: &'life1 mut Session<Postgres>)
    -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'async_trait>> { body() }"
=> "this method was already rewritten to return a boxed future";

on_a_struct "
#[retry_on_error]
pub(crate) struct Bank { pool: PgPool }"
=> "`#[retry_on_error]` needs an `async fn`, this is a struct";

on_an_impl "
#[retry_on_error]
impl Bank {}"
=> "`#[retry_on_error]` needs an `async fn`, this is an `impl` block";

sought_in_transactional "
#[transactional(retries = 3)]
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"
=> "unknown option `retries`";

methods "
#[transactional_methods]
impl Bank {
    #[transactional]
    #[retry_on_error]
    async fn below(&self, session: &mut Session<Postgres>) -> Result<(), Error> { body() }
    #[retry_on_error]
    #[retry_on_error]
    #[transactional(timeout = \"\")]
    async fn twice(&self, session: &mut Session<Postgres>) -> Result<(), Error> { body() }
    #[retry_on_error]
    async fn alone(&mut self) -> Result<(), Error> { body() }
}"
=>
    "`#[retry_on_error]` must be written above `#[transactional]`",
    "`#[retry_on_error]` is written twice",
    "`` is not a duration",
    "`self` would carry a failed attempt into the next one";
}
