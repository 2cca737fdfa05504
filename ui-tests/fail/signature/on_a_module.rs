//! A module is annotated.

use sqlx_transactional::transactional;

#[transactional]
mod transfers {}

fn main() {}
