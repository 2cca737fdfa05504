//! What must compile: one file a theme, all in one crate, because linking each would take longer than all of them. They run, on `SQLite` in
//! memory, and every future is [`sent`]: it must be `Send` wherever its body is.

mod attributes;
mod database;
mod facade;
mod functions;
mod generated;
mod handlers;
mod helpers;
mod matrix;
mod methods;
mod modes;
mod names;
mod no_prelude;
mod options;
mod prelude;
mod results;
mod retry;
mod retry_alone;
mod retry_names;
mod retry_patterns;
mod retry_services;
mod services;
mod sources;
mod spawned;
mod statements;

use database::{database, sent};
