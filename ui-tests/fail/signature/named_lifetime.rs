//! The session has a named lifetime.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: The session shares its lifetime with another argument.
#[transactional]
async fn named_lifetime<'s>(
    session: &'s mut Session<Sqlite>,
    text: &'s str,
) -> Result<&'s str, sqlx::Error> {
    sqlx::query("SELECT ?").bind(text).execute(session).await?;
    Ok(text)
}

// case: The session is said to be `'static`.
#[transactional]
async fn session_for_ever(session: &'static mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A method of a trait names the lifetime of its session, in a block.
mod lifetime_in_a_block_of_methods {
    use async_trait::async_trait;
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional_methods};

    #[async_trait]
    trait Orders {
        async fn place(&self, id: i64) -> Result<(), sqlx::Error>;
    }

    struct Shop {
        pool: SqlitePool,
    }

    #[transactional_methods]
    #[async_trait]
    impl Orders for Shop {
        #[transactional(from = &self.pool)]
        async fn place(
            &self,
            session: &'static mut Session<Sqlite>,
            id: i64,
        ) -> Result<(), sqlx::Error> {
            sqlx::query("SELECT 1").execute(session).await?;
            Ok(())
        }
    }
}

// case: A function with a named lifetime of its session is used.
mod called_with_a_named_lifetime {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer<'a>(
        session: &'a mut Session<Sqlite>,
        name: &'a str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        println!("{name}");
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool, "one").await
    }
}

fn main() {}
