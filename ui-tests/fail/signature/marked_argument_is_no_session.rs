//! `#[session]` is on an argument that is not a session.

use sqlx_transactional::transactional;

#[transactional]
async fn transfer(#[session] tx: &mut String) -> Result<(), sqlx::Error> {
    tx.clear();
    Ok(())
}

fn main() {}
