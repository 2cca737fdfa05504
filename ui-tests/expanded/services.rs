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
    async fn place(&self, id: i64) -> Result<i64> {
        ::sqlx_transactional::__private::returns::<Result<i64>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::place"),
            ),
        );
        let mut session = match run
            .lease(
                <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
            )
            .await
        {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => return exit.failed(failure),
        };
        let outcome: ::core::option::Option<Result<i64>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<i64>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query_scalar("SELECT ?")
                                    .bind(id)
                                    .fetch_one(session)
                                    .await
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
}
trait SendFuture {
    fn place<'a>(
        &'a self,
        name: &'a str,
    ) -> impl Future<Output = Result<&'a str>> + Send;
    fn twice(&self) -> impl Future<Output = Result<usize>> + Send
    where
        Self: Sync,
    {
        async { Ok(self.place("a").await?.len() + self.place("bc").await?.len()) }
    }
}
impl SendFuture for Shop {
    async fn place<'a>(&'a self, name: &'a str) -> Result<&'a str> {
        ::sqlx_transactional::__private::returns::<Result<&'a str>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<&'a str>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::place"),
            ),
        );
        let mut session = match run
            .lease(
                <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
            )
            .await
        {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => return exit.failed(failure),
        };
        let outcome: ::core::option::Option<Result<&'a str>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<&'a str>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query("SELECT ?").bind(name).execute(session).await?;
                                Ok(name)
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
}
/// The session in the trait's own signature: its implementations call annotated functions.
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
async fn joined(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    id: i64,
) -> Result<i64> {
    ::sqlx_transactional::__private::returns::<Result<i64>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::joined"),
        ),
    );
    let mut session = match run
        .lease(
            <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
        )
        .await
    {
        ::core::result::Result::Ok(leased) => leased,
        ::core::result::Result::Err(failure) => return exit.failed(failure),
    };
    let outcome: ::core::option::Option<Result<i64>> = {
        let session: &mut Session<Sqlite> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<i64>,
                        > {
                            return edge;
                        }
                        ({
                            sqlx::query_scalar("SELECT ? + 1")
                                .bind(id)
                                .fetch_one(session)
                                .await
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
#[async_trait]
trait Orders: Send + Sync {
    async fn place(&self, name: &str) -> Result<usize>;
    async fn close(self: Arc<Self>) -> Result;
    fn plain(&self) -> i64 {
        1
    }
}
#[async_trait]
impl Orders for Shop {
    async fn place(&self, name: &str) -> Result<usize> {
        ::sqlx_transactional::__private::returns::<Result<usize>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<usize>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                    ::core::concat!(::core::module_path!(), "::place"),
                )
                .timeout(2_000_000_000),
        );
        let mut session = match run
            .lease(
                <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
            )
            .await
        {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => return exit.failed(failure),
        };
        let outcome: ::core::option::Option<Result<usize>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<usize>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query("SELECT ?").bind(name).execute(session).await?;
                                Ok(name.len())
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
    async fn close(self: Arc<Self>) -> Result {
        self.end().await
    }
    fn plain(&self) -> i64 {
        2
    }
}
impl Shop {
    const ONE: i64 = 1;
    async fn end(&self) -> Result {
        ::sqlx_transactional::__private::returns::<Result>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::end"),
            ),
        );
        let mut session = match run
            .lease(
                <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
            )
            .await
        {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => return exit.failed(failure),
        };
        let outcome: ::core::option::Option<Result> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query("SELECT ?")
                                    .bind(Self::ONE)
                                    .execute(session)
                                    .await?;
                                Ok(())
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
}
/// A trait whose futures are boxed by hand.
trait Boxed {
    fn place<'a>(
        &'a self,
        id: &'a i64,
    ) -> Pin<Box<dyn Future<Output = Result<i64>> + Send + 'a>>;
}
impl Boxed for Shop {
    fn place<'a>(
        &'a self,
        id: &'a i64,
    ) -> Pin<Box<dyn Future<Output = Result<i64>> + Send + 'a>> {
        Box::pin(joined(&self.db, *id))
    }
}
async fn through_bounds<S: SendFuture + Native + Sync>(shop: &S) -> Result<i64> {
    SendFuture::place(shop, "x").await?;
    Native::place(shop, 4).await
}
#[tokio::test]
async fn services() -> Result {
    let shop = Shop { db: database().await };
    assert_eq!(sent(Native::place(& shop, 3)). await ?, 3);
    assert_eq!(sent(SendFuture::place(& shop, "x")). await ?, "x");
    assert_eq!(sent(shop.twice()). await ?, 3);
    assert_eq!(through_bounds(& shop). await ?, 4);
    assert_eq!(sent(with_session(& shop.db, & shop)). await ?, 6);
    assert_eq!(sent(Boxed::place(& shop, & 1)). await ?, 2);
    let orders: Arc<dyn Orders> = Arc::new(shop);
    assert_eq!(
        tokio::spawn({ let orders = Arc::clone(& orders); async move { orders
        .place("four"). await } }). await .expect("it ran") ?, 4
    );
    assert_eq!(orders.plain(), 2);
    sent(orders.close()).await
}
async fn with_session(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    shop: &Shop,
) -> Result<i64> {
    ::sqlx_transactional::__private::returns::<Result<i64>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::with_session"),
        ),
    );
    let mut session = match run
        .lease(
            <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
        )
        .await
    {
        ::core::result::Result::Ok(leased) => leased,
        ::core::result::Result::Err(failure) => return exit.failed(failure),
    };
    let outcome: ::core::option::Option<Result<i64>> = {
        let session: &mut Session<Sqlite> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<i64>,
                        > {
                            return edge;
                        }
                        ({ WithSession::place(shop, session, 5).await })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
