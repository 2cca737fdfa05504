//! A macro call is annotated.

use sqlx_transactional::transactional;

#[transactional]
thread_local! {
    static TRANSFER: i64 = 1;
}

fn main() {}
