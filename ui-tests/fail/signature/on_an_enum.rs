//! An enum is annotated.

use sqlx_transactional::transactional;

#[transactional]
enum Transfer {
    One,
}

fn main() {}
