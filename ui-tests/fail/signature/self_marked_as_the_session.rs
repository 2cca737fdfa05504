//! `self` is marked as the session.

use sqlx_transactional::transactional;

struct Transfer;

impl Transfer {
    #[transactional]
    async fn transfer(#[session] &mut self) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn main() {}
