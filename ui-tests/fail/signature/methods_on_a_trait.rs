//! `#[transactional_methods]` on a trait.

use sqlx_transactional::transactional_methods;

#[transactional_methods]
trait Transfers {}

fn main() {}
