//! Methods of traits: native, with a `Send` future, with `async_trait`, behind `dyn`.
#![deny(warnings)]

use std::{pin::Pin, sync::Arc};

use async_trait::async_trait;
use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, transactional, transactional_methods};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[derive(Clone)]
struct Shop {
    db: Db<Sqlite>,
}

trait Native {
    async fn place(&self, id: i64) -> Result<i64>;
}

impl Native for Shop {
    #[transactional(from = &self.db)]
    async fn place(&self, session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
        sqlx::query_scalar("SELECT ?")
            .bind(id)
            .fetch_one(session)
            .await
    }
}

trait SendFuture {
    fn place<'a>(&'a self, name: &'a str) -> impl Future<Output = Result<&'a str>> + Send;

    fn twice(&self) -> impl Future<Output = Result<usize>> + Send
    where
        Self: Sync,
    {
        async { Ok(self.place("a").await?.len() + self.place("bc").await?.len()) }
    }
}

impl SendFuture for Shop {
    #[transactional(from = &self.db)]
    async fn place<'a>(&'a self, session: &mut Session<Sqlite>, name: &'a str) -> Result<&'a str> {
        sqlx::query("SELECT ?").bind(name).execute(session).await?;
        Ok(name)
    }
}

/// The session is in the trait's own signature. The implementations call annotated functions.
trait WithSession {
    fn place(
        &self,
        session: &mut Session<Sqlite>,
        id: i64,
    ) -> impl Future<Output = Result<i64>> + Send;
}

impl WithSession for Shop {
    async fn place(&self, session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
        joined(session, id).await
    }
}

#[transactional]
async fn joined(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT ? + 1")
        .bind(id)
        .fetch_one(session)
        .await
}

#[async_trait]
trait Orders: Send + Sync {
    async fn place(&self, name: &str) -> Result<usize>;
    async fn close(self: Arc<Self>) -> Result;
    fn plain(&self) -> i64 {
        1
    }
}

#[transactional_methods]
#[async_trait]
impl Orders for Shop {
    #[transactional(from = &self.db, timeout = "2s")]
    async fn place(&self, session: &mut Session<Sqlite>, name: &str) -> Result<usize> {
        sqlx::query("SELECT ?").bind(name).execute(session).await?;
        Ok(name.len())
    }

    async fn close(self: Arc<Self>) -> Result {
        self.end().await
    }

    fn plain(&self) -> i64 {
        2
    }
}

#[transactional_methods]
impl Shop {
    const ONE: i64 = 1;

    #[transactional(from = &self.db)]
    async fn end(&self, session: &mut Session<Sqlite>) -> Result {
        sqlx::query("SELECT ?")
            .bind(Self::ONE)
            .execute(session)
            .await?;
        Ok(())
    }
}

/// A trait that boxes its futures by hand.
trait Boxed {
    fn place<'a>(&'a self, id: &'a i64) -> Pin<Box<dyn Future<Output = Result<i64>> + Send + 'a>>;
}

impl Boxed for Shop {
    fn place<'a>(&'a self, id: &'a i64) -> Pin<Box<dyn Future<Output = Result<i64>> + Send + 'a>> {
        Box::pin(joined(&self.db, *id))
    }
}

async fn through_bounds<S: SendFuture + Native + Sync>(shop: &S) -> Result<i64> {
    SendFuture::place(shop, "x").await?;
    Native::place(shop, 4).await
}

#[tokio::test]
async fn services() -> Result {
    let shop = Shop {
        db: database().await,
    };
    assert_eq!(sent(Native::place(&shop, 3)).await?, 3);
    assert_eq!(sent(SendFuture::place(&shop, "x")).await?, "x");
    assert_eq!(sent(shop.twice()).await?, 3);
    assert_eq!(through_bounds(&shop).await?, 4);
    assert_eq!(sent(with_session(&shop.db, &shop)).await?, 6);
    assert_eq!(sent(Boxed::place(&shop, &1)).await?, 2);

    let orders: Arc<dyn Orders> = Arc::new(shop);
    assert_eq!(
        tokio::spawn({
            let orders = Arc::clone(&orders);
            async move { orders.place("four").await }
        })
        .await
        .expect("it ran")?,
        4
    );
    assert_eq!(orders.plain(), 2);
    sent(orders.close()).await
}

#[transactional]
async fn with_session(session: &mut Session<Sqlite>, shop: &Shop) -> Result<i64> {
    WithSession::place(shop, session, 5).await
}
