//! What must compile: one file for each theme. All are in one crate, because linking many crates
//! would take longer than the tests. They run on `SQLite` in memory, and every future is [`sent`]:
//! it must be `Send` if its body is.

#![deny(
    warnings,
    missing_docs,
    unused_qualifications,
    clippy::pedantic,
    clippy::nursery
)]
#![allow(
    clippy::redundant_pub_crate,
    reason = "it contradicts `unreachable_pub`"
)]

mod attributes;
// The same few functions, hundreds of times. clippy reports for them what it reports for the other
// themes.
#[cfg(not(clippy))]
mod cells;
mod database;
mod facade;
mod functions;
mod generated;
mod generated_options;
mod handlers;
mod helpers;
mod kinds;
mod matrix;
mod methods;
mod modes;
mod names;
mod no_prelude;
mod options;
mod prelude;
mod responses;
mod results;
mod retry;
mod retry_alone;
mod retry_names;
mod retry_patterns;
mod retry_services;
mod services;
mod shadowed;
mod sources;
mod spawned;
mod statements;
mod tests;

use database::{database, sent};
