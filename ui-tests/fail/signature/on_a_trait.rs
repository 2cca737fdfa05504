//! A trait is annotated.

use sqlx_transactional::transactional;

#[transactional]
trait Transfers {}

fn main() {}
