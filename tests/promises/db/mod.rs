//! `Db`: the handle that an application keeps. `tests/run db` runs these tests, and the unit tests
//! of `runtime/src/db`.

mod close;
mod close_leaks_nothing;
mod defaults;
mod health;
mod in_its_runtime;
mod made_from_a_url;
mod made_from_options;
mod made_from_the_environment;
mod metrics;
mod migrations;
mod on_connect;
mod readers;
mod readers_any;
mod readers_away;
mod readers_postgres;
mod readers_sqlite;
mod readers_tokens;
mod replaces_what_was_terminated;
mod replicated;
mod round_trips;
mod second_transaction;
mod spans;
mod sqlite_files;
mod sqlite_writers;
mod stats;
