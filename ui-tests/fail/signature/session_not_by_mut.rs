//! The session is taken by value, or by a shared reference.

use sqlx::Sqlite;
use sqlx_transactional::{Session, transactional};

// case: The session is taken by value.
#[transactional]
async fn session_by_value(session: Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: An argument with `#[session]` is taken by value.
type Tx = Session<Sqlite>;

#[transactional]
async fn marked_by_value(#[session] session: Tx) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

// case: A method of a trait takes its session by value, in a block.
mod by_value_in_a_block_of_methods {
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
        async fn place(&self, session: Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
            sqlx::query("SELECT 1").execute(session).await?;
            Ok(())
        }
    }
}

// case: A function that takes its session by value is used.
mod called_with_a_session_by_value {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer(session: Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&mut *session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: The session is a shared reference.
#[transactional]
async fn shared_session(session: &Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

// case: A function that takes a shared session is used.
mod called_with_a_shared_session {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional]
    async fn transfer(session: &Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: A session without its database is taken by value.
#[transactional]
async fn without_a_database(session: Session) -> Result<(), sqlx::Error> {
    drop(session);
    Ok(())
}

fn main() {}
