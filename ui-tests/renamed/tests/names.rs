//! The crate under another name in Cargo.toml, and behind a crate that re-exports it.
//! `sqlx_transactional` and `sqlx` are names of nothing here.
#![deny(warnings)]

type Result<T = (), E = database::Error> = std::result::Result<T, E>;

mod in_cargo_toml {
    use database::Sqlite;
    use transactions::{
        Db, ReadOnly, Session, retry_on_error, transactional, transactional_methods,
    };

    use super::Result;

    pub(super) struct Shop {
        pub(super) db: Db<Sqlite>,
    }

    #[transactional(crate = transactions, nested)]
    pub(super) async fn joined(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64> {
        database::query_scalar("SELECT 1").fetch_one(session).await
    }

    #[retry_on_error(crate = ::transactions, attempts = 2)]
    #[transactional(timeout = "2s", commit_on(database::Error::RowNotFound))]
    pub(super) async fn retried(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
        Ok(joined(session).await? + id)
    }

    #[retry_on_error(crate = transactions)]
    pub(super) async fn alone(id: i64) -> Result<i64> {
        Ok(id)
    }

    #[transactional_methods]
    impl Shop {
        #[retry_on_error]
        #[transactional(crate = transactions, from = &self.db)]
        pub(super) async fn method(&self, session: &mut Session<Sqlite>) -> Result<i64> {
            joined(session).await
        }
    }
}

mod behind_a_framework {
    use renamed::{
        database,
        prelude::{
            Db, ReadOnly, Session, Sqlite, retry_on_error, transactional, transactional_methods,
        },
    };

    use super::Result;

    pub(super) struct Shop {
        pub(super) db: Db<Sqlite>,
    }

    #[transactional(crate = renamed::transactions)]
    pub(super) async fn joined(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64> {
        database::query_scalar("SELECT 1").fetch_one(session).await
    }

    #[retry_on_error]
    #[transactional(crate = ::renamed::transactions, lock_timeout = "1s")]
    pub(super) async fn retried(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
        Ok(joined(session).await? + id)
    }

    #[retry_on_error(crate = renamed::transactions)]
    pub(super) async fn alone(id: i64) -> Result<i64> {
        Ok(id)
    }

    #[transactional_methods]
    impl Shop {
        #[retry_on_error(crate = renamed::transactions)]
        #[transactional(from = &self.db)]
        pub(super) async fn method(&self, session: &mut Session<Sqlite>) -> Result<i64> {
            joined(session).await
        }
    }
}

fn sent<F: Future + Send>(future: F) -> F {
    future
}

macro_rules! runs {
    ($($module:ident)*) => { $(
        #[tokio::test]
        async fn $module() -> Result {
            let db = transactions::Db::connect("sqlite::memory:").await?;
            assert_eq!(sent($module::joined(&db)).await?, 1);
            assert_eq!(sent($module::retried(&db, 1)).await?, 2);
            assert_eq!(sent($module::alone(3)).await?, 3);
            assert_eq!(sent($module::Shop { db }.method()).await?, 1);
            Ok(())
        }
    )* };
}
runs! { in_cargo_toml behind_a_framework }
