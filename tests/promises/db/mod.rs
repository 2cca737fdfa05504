//! What `Db` promises beyond a pool: calls that only read begin on readers, and see what they have to.

mod readers;
mod readers_any;
mod readers_away;
mod readers_postgres;
mod readers_sqlite;
mod readers_tokens;
mod replicated;
