//! A method that takes an `Arc<Self>`.

use std::sync::Arc;

use sqlx_transactional::retry_on_error;

struct Bank;

impl Bank {
    #[retry_on_error]
    async fn close(self: Arc<Self>) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn main() {}
