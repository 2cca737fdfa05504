//! A struct is annotated.

use sqlx_transactional::transactional;

#[transactional]
struct Bank;

fn main() {}
