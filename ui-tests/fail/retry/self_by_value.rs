//! A method that takes `self`.

use sqlx_transactional::retry_on_error;

struct Bank;

impl Bank {
    #[retry_on_error]
    async fn close(self) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn main() {}
