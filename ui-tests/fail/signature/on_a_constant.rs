//! A constant is annotated.

use sqlx_transactional::transactional;

#[transactional]
const TRANSFER: i64 = 1;

fn main() {}
