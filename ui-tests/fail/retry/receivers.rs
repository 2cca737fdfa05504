//! A method cannot be called again with its `self`.

use std::{pin::Pin, sync::Arc};

use sqlx_transactional::retry_on_error;

struct Bank;

// case: A method that takes `&mut self`.
impl Bank {
    #[retry_on_error]
    async fn by_mutable_reference(&mut self) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

// case: A method that takes `mut self`.
impl Bank {
    #[retry_on_error]
    async fn by_mutable_value(mut self) -> Result<(), sqlx::Error> {
        self = Bank;
        Ok(())
    }
}

// case: A method that takes `self`.
impl Bank {
    #[retry_on_error]
    async fn by_value(self) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

// case: A method that takes `self`, with a transaction.
mod self_by_value_in_a_transaction {
    use sqlx::Sqlite;
    use sqlx_transactional::{Db, Session, retry_on_error, transactional};

    struct Bank {
        db: Db<Sqlite>,
    }

    impl Bank {
        #[retry_on_error]
        #[transactional(from = &self.db)]
        async fn close(self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
            sqlx::query("SELECT 1").execute(session).await?;
            Ok(())
        }
    }
}

// case: A method that takes an `Arc<Self>`.
impl Bank {
    #[retry_on_error]
    async fn in_an_arc(self: Arc<Self>) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

// case: A method that takes a `Pin<&mut Self>`.
impl Bank {
    #[retry_on_error]
    async fn pinned(self: Pin<&mut Self>) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn main() {}
