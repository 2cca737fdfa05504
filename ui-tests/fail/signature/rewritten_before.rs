//! `#[async_trait]` has rewritten the method before the attribute sees it.

// case: `#[transactional_methods]` stands below `#[async_trait]`.
mod under_async_trait_below_methods {
    use async_trait::async_trait;
    use sqlx::Sqlite;
    use sqlx_transactional::{Db, Session, transactional_methods};

    struct Shop {
        db: Db<Sqlite>,
    }

    #[async_trait]
    trait Orders {
        async fn place(&self, id: i64) -> Result<(), sqlx::Error>;
    }

    #[async_trait]
    #[transactional_methods]
    impl Orders for Shop {
        #[transactional(from = &self.db)]
        async fn place(&self, session: &mut Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
            sqlx::query("SELECT ?").bind(id).execute(session).await?;
            Ok(())
        }
    }
}

// case: `#[async_trait]` has rewritten a method that is called again.
mod under_async_trait {
    use async_trait::async_trait;
    use sqlx_transactional::retry_on_error;

    #[async_trait]
    trait Rates {
        async fn fetch(&self, id: i64) -> Result<i64, sqlx::Error>;
    }

    struct Bank;

    #[async_trait]
    impl Rates for Bank {
        #[retry_on_error]
        async fn fetch(&self, id: i64) -> Result<i64, sqlx::Error> {
            Ok(id)
        }
    }
}

// case: `#[async_trait]` has rewritten a method with both attributes.
mod under_async_trait_in_a_transaction {
    use async_trait::async_trait;
    use sqlx::Sqlite;
    use sqlx_transactional::{Db, Session, retry_on_error, transactional};

    #[async_trait]
    trait Orders {
        async fn place(&self, id: i64) -> Result<(), sqlx::Error>;
    }

    struct Shop {
        db: Db<Sqlite>,
    }

    #[async_trait]
    impl Orders for Shop {
        #[retry_on_error]
        #[transactional(from = &self.db)]
        async fn place(&self, session: &mut Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
            sqlx::query("SELECT ?").bind(id).execute(session).await?;
            Ok(())
        }
    }
}

fn main() {}
