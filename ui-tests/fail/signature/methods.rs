//! `#[transactional_methods]` on another item, or on a block with a mistake.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional_methods};

struct Shop;

// case: `#[transactional_methods]` on a function.
#[transactional_methods]
async fn methods_on_a_function(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: `#[transactional_methods]` on a trait.
#[transactional_methods]
trait Transfers {}

// case: `#[transactional_methods]` is written twice.
#[transactional_methods]
#[transactional_methods]
impl Shop {
    #[transactional]
    async fn twice(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

// case: `#[transactional_methods]` has options.
#[transactional_methods(nested)]
impl Shop {
    #[transactional]
    async fn with_options(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

// case: `#[transactional_methods]` on a block without an annotated method.
struct Bank;

#[transactional_methods]
impl Bank {
    async fn transfer(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }
}

// case: A method of a trait has no `from`, under `#[transactional_methods]`.
mod trait_method_without_from {
    use async_trait::async_trait;
    use sqlx::Sqlite;
    use sqlx_transactional::{Session, transactional_methods};

    struct Shop;

    #[async_trait]
    trait Orders {
        async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error>;
    }

    #[transactional_methods]
    #[async_trait]
    impl Orders for Shop {
        #[transactional]
        async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
            sqlx::query("SELECT 1").execute(session).await?;
            Ok(())
        }
    }
}

fn main() {}
