//! Each option of `#[transactional]`, alone and where it changes what another one does.

use super::{check, check_known, first_example};
use crate::transactional::args::{Args, KNOWN};

#[test]
fn none() {
    check(
        "transfer",
        first_example(include_str!("../../docs/transactional.md")),
    );
}

#[test]
fn from() {
    check("option_from", "
#[transactional(from = &shop.db)]
pub async fn place(State(shop): State<Shop>, session: &mut Session<Postgres>, Json(order): Json<Order>) -> Result<Json<Receipt>, ApiError> { body() }");
}

#[test]
fn requires_new() {
    check(
        "option_requires_new",
        "
#[transactional(requires_new)]
async fn audit(session: &mut Session<Postgres, Serializable>, line: &str) -> Result<(), sqlx::Error> { body() }",
    );
}

#[test]
fn timeout() {
    check(
        "option_timeout",
        "
#[transactional(timeout = \"250ms\")]
async fn quick(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> { body() }",
    );
}

#[test]
fn nested_with_timeout() {
    check(
        "option_nested_with_timeout",
        "
#[transactional(timeout = \"2s\", nested)]
async fn reserve(session: &mut Session<Postgres>, seat: i64) -> Result<(), Taken> { body() }",
    );
}

#[test]
fn lock_timeout() {
    check(
        "option_lock_timeout",
        "
#[transactional(lock_timeout = \"1s\")]
async fn migrate(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> { body() }",
    );
}

/// The alias has to say the mode; the compiler knows whether it does.
#[test]
fn deferrable_with_alias() {
    check(
        "option_deferrable_with_alias",
        "
#[transactional(deferrable)]
async fn report(#[session] snapshot: &mut Snapshot) -> Result<Report, sqlx::Error> { body() }",
    );
}

#[test]
fn all_of_begin_with_from() {
    check(
        "option_all_of_begin_with_from",
        "
#[transactional(from = &self.db, timeout = \"1min\", lock_timeout = \"250ms\", deferrable, durability = relaxed)]
async fn report(&self, session: &mut Session<Postgres, ReadOnly<Serializable>>) -> Result<Report, sqlx::Error> { body() }",
    );
}

#[test]
fn commit_on() {
    check(
        "option_commit_on",
        "
#[transactional(commit_on(LoginError::WrongPassword { .. } | LoginError::Locked))]
async fn log_in(session: &mut Session<Postgres>, name: &str) -> Result<User, LoginError> { body() }",
    );
}

#[test]
fn commit_on_with_nested_and_impl_trait() {
    check(
        "option_commit_on_with_nested",
        "
#[transactional(nested, commit_on(_))]
async fn lines(session: &mut Session<Postgres>) -> Result<impl Iterator<Item = Line>, sqlx::Error> { body() }",
    );
}

#[test]
fn map_err() {
    check(
        "option_map_err",
        "
#[transactional(from = &self.db, map_err = to_status)]
async fn create(&self, session: &mut Session<Postgres>, request: Request<Draft>) -> Result<Response<Plan>, Status> { body() }",
    );
}

#[test]
fn name() {
    check(
        "option_name",
        "
#[transactional(name = \"move money\")]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> { body() }",
    );
}

#[test]
fn crate_path() {
    check(
        "option_crate",
        "
#[transactional(crate = framework::database, timeout = \"1min\")]
async fn transfer(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> { body() }",
    );
}

#[test]
fn what_is_documented_is_what_is_read() {
    check_known(
        KNOWN,
        include_str!("../../docs/transactional.md"),
        |options, diagnostics| drop(Args::parse(options, diagnostics)),
    );
}

accepted! {
nested "
#[transactional(nested)]
async fn reserve(session: &mut Session<Postgres>, seat: i64) -> Result<(), Taken> { body() }"

deferrable "
#[transactional(deferrable)]
async fn report(session: &mut Session<Postgres, ReadOnly<Serializable>>) -> Result<Report, sqlx::Error> { body() }"

durability "
#[transactional(durability = relaxed)]
async fn count(session: &mut Session<Postgres>, page: &str) -> Result<(), sqlx::Error> { body() }"

requires_new_with_lock_timeout "
#[transactional(requires_new, lock_timeout = \"1s\")]
async fn audit(session: &mut Session<Postgres>) -> Result<(), sqlx::Error> { body() }"
}
