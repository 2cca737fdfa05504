//! What a `Db` does beyond a pool.

mod defaults;
mod second_transaction;
