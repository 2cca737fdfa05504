//! An argument is annotated.

use sqlx_transactional::transactional;

async fn transfer(#[transactional] cents: i64) {
    println!("{cents}");
}

fn main() {}
