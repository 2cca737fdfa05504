//! The themes of `ui-tests/pass` that can be written in either edition, in the one before.
#![cfg(test)]

#[path = "../../pass/attributes.rs"]
mod attributes;
#[path = "../../pass/database.rs"]
mod database;
#[path = "../../pass/facade.rs"]
mod facade;
#[path = "../../pass/functions.rs"]
mod functions;
#[path = "../../pass/generated.rs"]
mod generated;
#[path = "../../pass/generated_options.rs"]
mod generated_options;
#[path = "../../pass/kinds.rs"]
mod kinds;
#[path = "../../pass/methods.rs"]
mod methods;
#[path = "../../pass/modes.rs"]
mod modes;
#[path = "../../pass/names.rs"]
mod names;
#[path = "../../pass/no_prelude.rs"]
mod no_prelude;
#[path = "../../pass/prelude.rs"]
mod prelude;
#[path = "../../pass/results.rs"]
mod results;
#[path = "../../pass/retry_names.rs"]
mod retry_names;
#[path = "../../pass/retry_patterns.rs"]
mod retry_patterns;
#[path = "../../pass/shadowed.rs"]
mod shadowed;

use database::{database, sent};
