//! Methods with every receiver, in plain and generic impls.
#![deny(warnings)]

use std::{marker::PhantomData, pin::Pin, sync::Arc};

use sqlx::Sqlite;
use sqlx_transactional::{Db, Driver, Session, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[derive(Clone)]
struct Bank {
    db: Db<Sqlite>,
    fee: i64,
}

impl Bank {
    const FREE: i64 = 0;

    #[transactional]
    async fn associated(session: &mut Session<Sqlite>) -> Result<i64> {
        sqlx::query_scalar("SELECT ?")
            .bind(Self::FREE)
            .fetch_one(session)
            .await
    }

    #[transactional]
    async fn by_reference(&self, session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
        sqlx::query_scalar("SELECT cents - ? FROM account WHERE id = ?")
            .bind(self.fee)
            .bind(id)
            .fetch_one(session)
            .await
    }

    #[transactional]
    async fn by_mutable_reference(&mut self, session: &mut Session<Sqlite>) -> Result {
        self.fee = sqlx::query_scalar("SELECT 7").fetch_one(session).await?;
        Ok(())
    }

    #[transactional(from = &self.db)]
    async fn by_value(mut self, session: &mut Session<Sqlite>) -> Result<Self> {
        self.fee = sqlx::query_scalar("SELECT 8").fetch_one(session).await?;
        Ok(self)
    }

    #[transactional(from = &self.db)]
    async fn shared(self: Arc<Self>, session: &mut Session<Sqlite>) -> Result<i64> {
        let bank = Self::clone(&self);
        drop(self);
        bank.by_reference(session, 1).await
    }

    #[transactional]
    async fn pinned(self: Pin<&Self>, session: &mut Session<Sqlite>) -> Result<i64> {
        self.by_reference(&mut *session, 1).await
    }

    #[transactional(from = &self.db)]
    async fn borrowed<'a>(
        &'a self,
        session: &mut Session<Sqlite>,
        prefix: &str,
    ) -> Result<&'a i64> {
        sqlx::query("SELECT ?")
            .bind(prefix)
            .execute(session)
            .await?;
        Ok(&self.fee)
    }

    #[transactional]
    async fn elided(&self, session: &mut Session<Sqlite>) -> Result<&i64> {
        sqlx::query("SELECT 1").execute(session).await?;
        Ok(&self.fee)
    }
}

struct Repository<DB: Driver, T> {
    db: Db<DB>,
    kind: PhantomData<fn() -> T>,
}

impl<DB: Driver, T> Repository<DB, T>
where
    T: Default + Send + Sync,
{
    #[transactional(from = &self.db)]
    async fn generic<K: Send>(&self, session: &mut Session<DB>, key: K) -> Result<(T, K)> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok((T::default(), key))
    }

    #[transactional]
    async fn joins(&self, session: &mut Session<DB>) -> Result<Option<Self>>
    where
        Self: Sized,
    {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok(None)
    }
}

#[tokio::test]
async fn methods() -> Result {
    let db = database().await;
    let mut bank = Bank {
        db: db.clone(),
        fee: 1,
    };
    assert_eq!(sent(Bank::associated(&db)).await?, 0);
    assert_eq!(sent(bank.by_reference(&db, 1)).await?, 99);
    sent(bank.by_mutable_reference(&db)).await?;
    assert_eq!(*sent(bank.borrowed("x")).await?, 7);
    let bank = sent(bank.by_value()).await?;
    assert_eq!(*sent(bank.elided(&db)).await?, 8);
    assert_eq!(sent(Pin::new(&bank).pinned(&db)).await?, 92);
    assert_eq!(sent(Arc::new(bank).shared()).await?, 92);
    let repository = Repository::<Sqlite, String> {
        db,
        kind: PhantomData,
    };
    assert_eq!(sent(repository.generic('k')).await?, (String::new(), 'k'));
    assert!(sent(repository.joins(&repository.db)).await?.is_none());
    Ok(())
}
