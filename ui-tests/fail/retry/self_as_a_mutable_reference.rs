//! A method that takes `&mut self`.

use sqlx_transactional::retry_on_error;

struct Bank;

impl Bank {
    #[retry_on_error]
    async fn close(&mut self) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn main() {}
