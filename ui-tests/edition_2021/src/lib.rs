//! The themes of `ui-tests/pass` that can be written in either edition, in the one before.
#![cfg(test)]

#[path = "../../pass/attributes.rs"]
mod attributes;
#[path = "../../pass/database.rs"]
mod database;
#[path = "../../pass/functions.rs"]
mod functions;
#[path = "../../pass/generated.rs"]
mod generated;
#[path = "../../pass/methods.rs"]
mod methods;
#[path = "../../pass/names.rs"]
mod names;
#[path = "../../pass/retry_names.rs"]
mod retry_names;
#[path = "../../pass/retry_patterns.rs"]
mod retry_patterns;

use database::{database, sent};
