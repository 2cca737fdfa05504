//! Mistakes in methods of a block that is expanded as a whole.

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional_methods};

struct Ticket(i64);

#[async_trait]
trait Orders {
    async fn place(&self, ticket: Ticket) -> Result<(), sqlx::Error>;
    async fn count(&mut self) -> Result<i64, sqlx::Error>;
}

struct Shop {
    db: Db<Sqlite>,
}

#[transactional_methods]
#[async_trait]
impl Orders for Shop {
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn place(
        &self,
        session: &mut Session<Sqlite>,
        ticket: Ticket,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT ?")
            .bind(ticket.0)
            .execute(session)
            .await?;
        Ok(())
    }

    #[retry_on_error]
    async fn count(&mut self) -> Result<i64, sqlx::Error> {
        Ok(1)
    }
}

fn main() {}
