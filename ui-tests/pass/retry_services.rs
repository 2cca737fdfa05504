//! Methods that are retried: inherent, of traits, with `async_trait`, behind `dyn`.
#![deny(warnings, clippy::pedantic, clippy::nursery)]

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx_transactional::{
    Db, Driver, Session, retry_on_error, transactional, transactional_methods,
};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[derive(Clone)]
struct Shop {
    db: Db<Sqlite>,
    rates: Arc<dyn Rates>,
}

impl Shop {
    const FREE: i64 = 0;

    #[retry_on_error]
    #[transactional]
    async fn associated(session: &mut Session<Sqlite>, name: String) -> Result<i64> {
        sqlx::query_scalar("SELECT length(?) + ?")
            .bind(name)
            .bind(Self::FREE)
            .fetch_one(session)
            .await
    }

    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn injected<'a>(
        &'a self,
        session: &mut Session<Sqlite>,
        mut prefix: String,
    ) -> Result<(&'a dyn Rates, Self)> {
        prefix.push('x');
        sqlx::query("SELECT ?")
            .bind(prefix)
            .execute(session)
            .await?;
        Ok((&*self.rates, self.clone()))
    }

    #[retry_on_error]
    async fn elided(&self, name: String) -> Result<&Db<Sqlite>> {
        drop(name);
        Ok(&self.db)
    }

    #[retry_on_error]
    async fn typed(self: &Arc<Self>, id: i64) -> Result<i64> {
        self.rates.fetch(id).await
    }
}

trait Native {
    async fn place(&self, name: String) -> Result<usize>;
    fn fetch<'a>(&'a self, name: &'a str) -> impl Future<Output = Result<&'a str>> + Send;
}

impl Native for Shop {
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn place(&self, session: &mut Session<Sqlite>, name: String) -> Result<usize> {
        sqlx::query("SELECT ?").bind(&name).execute(session).await?;
        Ok(name.len())
    }

    #[retry_on_error]
    async fn fetch<'a>(&'a self, name: &'a str) -> Result<&'a str> {
        self.rates.fetch(1).await?;
        Ok(name)
    }
}

#[async_trait]
trait Rates: Send + Sync {
    async fn fetch(&self, id: i64) -> Result<i64>;
}

#[async_trait]
trait Orders: Send + Sync {
    async fn place(&self, name: String, ids: &[i64]) -> Result<usize>;
    async fn count(&self, names: Vec<String>) -> Result<usize>;
    async fn plain(&self) -> Result<usize> {
        Ok(1)
    }
}

#[transactional_methods]
#[async_trait]
impl Orders for Shop {
    #[retry_on_error(attempts = 2)]
    #[transactional(from = &self.db, timeout = "2s")]
    async fn place(
        &self,
        session: &mut Session<Sqlite>,
        mut name: String,
        ids: &[i64],
    ) -> Result<usize> {
        name.push('x');
        sqlx::query("SELECT ?").bind(&name).execute(session).await?;
        Ok(name.len() + ids.len())
    }

    #[sqlx_transactional::retry_on_error]
    async fn count(&self, mut names: Vec<String>) -> Result<usize> {
        names.push(String::new());
        Ok(names.len())
    }
}

struct Fixed;

#[transactional_methods]
#[async_trait]
impl Rates for Fixed {
    #[retry_on_error]
    async fn fetch(&self, id: i64) -> Result<i64> {
        Ok(id)
    }
}

struct Repository<DB: Driver, T> {
    db: Db<DB>,
    kind: T,
}

#[transactional_methods]
impl<DB: Driver, T: Clone + Send + Sync> Repository<DB, T> {
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn generic<K: Clone + Send>(&self, session: &mut Session<DB>, key: K) -> Result<(T, K)> {
        sqlx::raw_sql("SELECT 1").execute(session).await?;
        Ok((self.kind.clone(), key))
    }

    #[retry_on_error]
    async fn alone(&self, kind: T) -> Result<[T; 2]>
    where
        Self: Sized,
    {
        Ok([self.kind.clone(), kind])
    }
}

async fn through_bounds<S: Native + Sync>(shop: &S) -> Result<usize> {
    Ok(shop.place(String::from("x")).await? + shop.fetch("yz").await?.len())
}

#[tokio::test]
async fn services() -> Result {
    let shop = Shop {
        db: database().await,
        rates: Arc::new(Fixed),
    };
    assert_eq!(sent(Shop::associated(&shop.db, "four".into())).await?, 4);
    assert_eq!(
        sent(sent(shop.injected(String::new())).await?.0.fetch(3)).await?,
        3
    );
    assert_eq!(
        sent(Shop::associated(
            sent(shop.elided(String::new())).await?,
            "a".into()
        ))
        .await?,
        1
    );
    assert_eq!(sent(Arc::new(shop.clone()).typed(5)).await?, 5);
    assert_eq!(through_bounds(&shop).await?, 3);
    let repository = Repository {
        db: shop.db.clone(),
        kind: 'k',
    };
    assert_eq!(sent(repository.generic("key")).await?, ('k', "key"));
    assert_eq!(sent(repository.alone('l')).await?, ['k', 'l']);

    let orders: Arc<dyn Orders> = Arc::new(shop);
    let task = tokio::spawn(async move {
        Ok(orders.place("a".into(), &[1]).await?
            + orders.count(vec![]).await?
            + orders.plain().await?)
    });
    task.await
        .expect("it ran")
        .map(|sum: usize| assert_eq!(sum, 5))
}
