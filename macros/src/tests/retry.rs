//! `#[retry_on_error]`: each option, and each shape that the clones of the arguments take.

use super::check_known;
use crate::retry_on_error::args::{Args, KNOWN};

#[test]
fn what_is_documented_is_what_is_read() {
    check_known(
        KNOWN,
        include_str!("../../docs/retry_on_error.md"),
        |options, diagnostics| drop(Args::parse(options, diagnostics)),
    );
}

snapshots! { "retry_":
transfer "
#[retry_on_error(attempts = 5)]
#[transactional]
async fn transfer(session: &mut Session<Postgres>, from: i64, to: i64, cents: i64) -> Result<(), BankError> {
    withdraw(&mut *session, from, cents).await?;
    deposit(session, to, cents).await
}"

fetch "
#[retry_on_error(max_elapsed = \"30s\")]
async fn fetch(client: &Client, mut url: String) -> Result<Page, FetchError> { body() }"

all_options "
#[retry_on_error(attempts = 1_000, min_delay = \"1ms\", max_delay = \"1min\", max_elapsed = \"30s\", when = errors::is_busy, idempotent, crate = framework::database)]
#[transactional(timeout = \"2s\", commit_on(Error::Locked), name = \"work\")]
async fn work(session: &mut Session<Postgres>) -> Result<(), Error> { body() }"

all_options_alone "
#[retry_on_error(attempts = 2, min_delay = \"1ms\", max_delay = \"1min\", max_elapsed = \"30s\", when = <Error as Temporary>::is_temporary, idempotent, crate = framework::database)]
async fn work(Json(order): Json<Order>) -> Result<(), Error> { body() }"

exactly_once "
#[retry_on_error(exactly_once, max_elapsed = \"1min\")]
#[transactional(from = &self.db)]
async fn pay(&self, session: &mut Session<Postgres>, cents: i64) -> Result<(), Error> { body() }"

underscores "
#[retry_on_error]
#[transactional(from = &_shop.db)]
async fn work(_shop: Shop, session: &mut Session<Postgres>, _unused: String, _used: String, (_shown, _): (String, u8)) -> Result<(), Error> {
    println!(\"{_shown}\");
    body(_used)
}"

crate_of_the_other "
#[retry_on_error]
#[transactional(crate = framework::database)]
async fn work(session: &mut Session<Postgres>, #[allow(unused)] mut id: u8) -> Result<(), Error> { body() }"

from "
#[retry_on_error]
#[tracing::instrument(skip_all)]
#[sqlx_transactional::transactional(from = &shop.db, timeout = \"2s\")]
#[axum::debug_handler]
pub async fn place(State(shop): State<Shop>, session: &mut Session<Postgres>, Json(mut order): Json<Order>) -> Result<Json<Receipt>, ApiError> { body() }"

begin_and_nested "
#[retry_on_error]
#[transactional(nested)]
async fn work(mut session: &mut Session<Sqlite>, _: u8, _id: u8) -> Result<impl Sized, Error> { body() }"

patterns "
#[retry_on_error]
async fn patterns(
    (a, [b, mut c @ .., _]): (u8, [u8; 9]), Point { x, y: mut z, .. }: Point, whole @ Pair(..): Pair, &d: &u8, ref e: String,
    (Ok(mut f) | Err(mut f)): Result<u8, u8>, _: u8, Unit: Unit, _g: u8, #[cfg(all())] #[expect(unused)] #[other] h: u8, r#in: impl Clone,
) -> Result<u8, Error> { body() }"

method "
#[retry_on_error]
pub(crate) async fn method<'a, T: Clone>(&'a self, key: T) -> Result<&'a str, Error> where T: Send { #![allow(unused)] body() }"

methods "
#[transactional_methods]
#[async_trait]
impl Orders for Shop {
    #[retry_on_error(attempts = 3)]
    #[transactional(from = &self.db)]
    async fn place(&self, session: &mut Session<Postgres>, order: Order) -> Result<Receipt, Error> { body() }
    #[instrument]
    #[sqlx_transactional::retry_on_error]
    async fn fetch(&self, url: &str) -> Result<Page, Error> { body() }
}"
}

accepted! {
delays_that_are_equal "
#[retry_on_error(min_delay = \"1s\", max_delay = \"1000ms\")]
async fn work() -> Result<(), Error> { body() }"

receivers_that_are_shared "
#[retry_on_error]
async fn method(self: &Self) -> Result<impl Iterator<Item = u8>, Error> { body() }"

types_of_other_crates "
#[retry_on_error]
async fn work(session: Session, transaction: Transaction<Euro>, other: &Transaction, shared: &&mut u8, call: impl FnMut(&mut u8)) -> Result<(), Error> { body() }"
}
