//! What a `Db` does beyond a pool.

mod close;
mod close_leaks_nothing;
mod defaults;
mod health;
mod second_transaction;
mod spans;
mod stats;
