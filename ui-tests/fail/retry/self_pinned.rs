//! A method that takes a `Pin<&mut Self>`.

use std::pin::Pin;

use sqlx_transactional::retry_on_error;

struct Bank;

impl Bank {
    #[retry_on_error]
    async fn close(self: Pin<&mut Self>) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn main() {}
