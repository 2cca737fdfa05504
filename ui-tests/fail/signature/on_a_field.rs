//! A field is annotated.

use sqlx_transactional::transactional;

struct Transfer {
    #[transactional]
    cents: i64,
}

fn main() {}
