//! Each option of `#[transactional]`, alone and where it changes what another one does.

use std::collections::BTreeSet;

use super::check;
use crate::{
    diagnostics::Diagnostics,
    transactional::args::{Args, KNOWN},
};

#[test]
fn none() {
    check(
        "transfer",
        "
#[transactional]
async fn transfer(session: &mut Session<Postgres>, from: i64, to: i64, cents: i64) -> Result<(), BankError> {
    withdraw(&mut *session, from, cents).await?;
    deposit(session, to, cents).await
}",
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
fn every_example_in_a_help_line_is_accepted() {
    for known in KNOWN {
        let mut diagnostics = Diagnostics::default();
        let _args = Args::parse(known.example.parse().unwrap(), &mut diagnostics);
        assert!(diagnostics.finish().is_ok(), "{}", known.example);
    }
}

#[test]
fn what_is_documented_is_what_is_read() {
    let rows = include_str!("../../docs/transactional.md").lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: BTreeSet<&str> = rows.filter_map(|row| row.split(['`', ' ']).next()).collect();
    let read: BTreeSet<&str> = KNOWN.iter().map(|known| known.key).collect();
    assert_eq!(documented, read);
}
