//! A function with a wrong option is called, and its body uses the session: one error.

// case: A function with a wrong `from` is used.
mod called_with_a_bad_from {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional(from = pool.clone().await)]
    async fn transfer(session: &mut Session<Sqlite>, pool: &SqlitePool) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: A function with a wrong pattern is used.
mod called_with_a_commit_on_that_is_wrong {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional(commit_on(RowNotFound))]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: A function with a wrong option is used.
mod called_with_an_unknown_option {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional(isolation = 1)]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: A function with options that contradict each other is used.
mod called_with_contradictions {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    #[transactional(nested, requires_new)]
    async fn transfer(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(())
    }

    async fn caller(pool: &SqlitePool) -> Result<(), sqlx::Error> {
        transfer(pool).await
    }
}

// case: A method with a mistake is used, and its body uses `self`.
mod called_method {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional};

    struct Shop {
        name: String,
    }

    impl Shop {
        #[transactional(timeout = 5)]
        async fn transfer(
            &self,
            session: &mut Session<Sqlite>,
            cents: i64,
        ) -> Result<i64, sqlx::Error> {
            let cents = self.half(cents);
            sqlx::query("SELECT 1")
                .bind(&self.name)
                .execute(&mut *session)
                .await?;
            Ok(cents)
        }

        fn half(&self, cents: i64) -> i64 {
            cents / 2
        }
    }

    async fn caller(shop: &Shop, pool: &SqlitePool) -> Result<i64, sqlx::Error> {
        let cents: i64 = shop.transfer(pool, 5).await?;
        Ok(cents)
    }
}

// case: A method with a mistake, in a block that is expanded as a whole, is used.
mod called_in_a_block_of_methods {
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional_methods};

    struct Shop {
        pool: SqlitePool,
    }

    #[transactional_methods]
    impl Shop {
        #[transactional(from = &self.pool, timeout = 5)]
        async fn transfer(
            &self,
            session: &mut Session<Sqlite>,
            cents: i64,
        ) -> Result<i64, sqlx::Error> {
            sqlx::query("SELECT 1").execute(session).await?;
            Ok(cents)
        }
    }

    async fn caller(shop: &Shop) -> Result<i64, sqlx::Error> {
        shop.transfer(5).await
    }
}

// case: A wrong option, on a method of a trait in a block that is expanded as a whole.
mod in_a_block_of_methods {
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
        #[transactional(from = &self.pool, isolation = 1)]
        async fn place(&self, session: &mut Session<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
            sqlx::query("SELECT 1").execute(session).await?;
            Ok(())
        }
    }
}

fn main() {}
