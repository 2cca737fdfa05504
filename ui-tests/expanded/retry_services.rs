//! Methods that are made again: inherent, of traits, with `async_trait`, behind `dyn`.
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
    async fn associated(
        session: impl ::sqlx_transactional::Source<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >,
        name: String,
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
                    ::core::concat!(::core::module_path!(), "::associated"),
                )
                .retry(::sqlx_transactional::__private::Retry::new()),
        );
        loop {
            let name = ::sqlx_transactional::__private::clone_for_attempt(&name);
            let mut session = match run
                .lease(
                    <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
                )
                .await
            {
                ::core::result::Result::Ok(leased) => leased,
                ::core::result::Result::Err(failure) => {
                    match run.again(failure, exit).await {
                        ::core::ops::ControlFlow::Continue(()) => continue,
                        ::core::ops::ControlFlow::Break(outcome) => return outcome,
                    }
                }
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
                                    sqlx::query_scalar("SELECT length(?) + ?")
                                        .bind(name)
                                        .bind(Self::FREE)
                                        .fetch_one(session)
                                        .await
                                })
                            },
                        ),
                    )
                    .await
            };
            if let ::core::ops::ControlFlow::Break(outcome) = run
                .settle_or_retry(session, outcome, exit)
                .await
            {
                break outcome;
            }
        }
    }
    async fn injected<'a>(&'a self, prefix: String) -> Result<(&'a dyn Rates, Self)> {
        ::sqlx_transactional::__private::returns::<Result<(&'a dyn Rates, Self)>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<
                Result<(&'a dyn Rates, Self)>,
            >::new())
                .route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                    ::core::concat!(::core::module_path!(), "::injected"),
                )
                .retry(::sqlx_transactional::__private::Retry::new()),
        );
        loop {
            let mut prefix = ::sqlx_transactional::__private::clone_for_attempt(&prefix);
            let mut session = match run
                .lease(
                    <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
                )
                .await
            {
                ::core::result::Result::Ok(leased) => leased,
                ::core::result::Result::Err(failure) => {
                    match run.again(failure, exit).await {
                        ::core::ops::ControlFlow::Continue(()) => continue,
                        ::core::ops::ControlFlow::Break(outcome) => return outcome,
                    }
                }
            };
            let outcome: ::core::option::Option<Result<(&'a dyn Rates, Self)>> = {
                let session: &mut Session<Sqlite> = &mut session;
                ::sqlx_transactional::__private::within(
                        run.deadline(),
                        ::sqlx_transactional::__private::inside(
                            run.held(),
                            async move {
                                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                    Result<(&'a dyn Rates, Self)>,
                                > {
                                    return edge;
                                }
                                ({
                                    prefix.push('x');
                                    sqlx::query("SELECT ?")
                                        .bind(prefix)
                                        .execute(session)
                                        .await?;
                                    Ok((&*self.rates, self.clone()))
                                })
                            },
                        ),
                    )
                    .await
            };
            if let ::core::ops::ControlFlow::Break(outcome) = run
                .settle_or_retry(session, outcome, exit)
                .await
            {
                break outcome;
            }
        }
    }
    async fn elided(&self, name: String) -> Result<&Db<Sqlite>> {
        ::sqlx_transactional::__private::repeats::<Result<&Db<Sqlite>>>();
        let look = {
            use ::sqlx_transactional::__private::{
                Chain as _, Inside as _, Refused as _, Unfit as _,
            };
            let sight = &&&&::sqlx_transactional::__private::Sight::<
                Result<&Db<Sqlite>>,
            >::new();
            sight.look()
        };
        let mut calls = ::sqlx_transactional::__private::Calls::new(
            ::core::concat!(::core::module_path!(), "::elided"),
            ::sqlx_transactional::__private::Retry::new(),
            look,
        );
        loop {
            let name = ::sqlx_transactional::__private::clone_for_attempt(&name);
            let outcome: Result<&Db<Sqlite>> = async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<&Db<Sqlite>>,
                > {
                    return edge;
                }
                ({
                    drop(name);
                    Ok(&self.db)
                })
            }
                .await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await
            {
                break outcome;
            }
        }
    }
    async fn typed(self: &Arc<Self>, id: i64) -> Result<i64> {
        ::sqlx_transactional::__private::repeats::<Result<i64>>();
        let look = {
            use ::sqlx_transactional::__private::{
                Chain as _, Inside as _, Refused as _, Unfit as _,
            };
            let sight = &&&&::sqlx_transactional::__private::Sight::<Result<i64>>::new();
            sight.look()
        };
        let mut calls = ::sqlx_transactional::__private::Calls::new(
            ::core::concat!(::core::module_path!(), "::typed"),
            ::sqlx_transactional::__private::Retry::new(),
            look,
        );
        loop {
            let id = ::sqlx_transactional::__private::clone_for_attempt(&id);
            let outcome: Result<i64> = async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<i64>,
                > {
                    return edge;
                }
                ({ self.rates.fetch(id).await })
            }
                .await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await
            {
                break outcome;
            }
        }
    }
}
trait Native {
    async fn place(&self, name: String) -> Result<usize>;
    fn fetch<'a>(
        &'a self,
        name: &'a str,
    ) -> impl Future<Output = Result<&'a str>> + Send;
}
impl Native for Shop {
    async fn place(&self, name: String) -> Result<usize> {
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
                .retry(::sqlx_transactional::__private::Retry::new()),
        );
        loop {
            let name = ::sqlx_transactional::__private::clone_for_attempt(&name);
            let mut session = match run
                .lease(
                    <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
                )
                .await
            {
                ::core::result::Result::Ok(leased) => leased,
                ::core::result::Result::Err(failure) => {
                    match run.again(failure, exit).await {
                        ::core::ops::ControlFlow::Continue(()) => continue,
                        ::core::ops::ControlFlow::Break(outcome) => return outcome,
                    }
                }
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
                                    sqlx::query("SELECT ?").bind(&name).execute(session).await?;
                                    Ok(name.len())
                                })
                            },
                        ),
                    )
                    .await
            };
            if let ::core::ops::ControlFlow::Break(outcome) = run
                .settle_or_retry(session, outcome, exit)
                .await
            {
                break outcome;
            }
        }
    }
    async fn fetch<'a>(&'a self, name: &'a str) -> Result<&'a str> {
        ::sqlx_transactional::__private::repeats::<Result<&'a str>>();
        let look = {
            use ::sqlx_transactional::__private::{
                Chain as _, Inside as _, Refused as _, Unfit as _,
            };
            let sight = &&&&::sqlx_transactional::__private::Sight::<
                Result<&'a str>,
            >::new();
            sight.look()
        };
        let mut calls = ::sqlx_transactional::__private::Calls::new(
            ::core::concat!(::core::module_path!(), "::fetch"),
            ::sqlx_transactional::__private::Retry::new(),
            look,
        );
        loop {
            let name = ::sqlx_transactional::__private::clone_for_attempt(&name);
            let outcome: Result<&'a str> = async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<&'a str>,
                > {
                    return edge;
                }
                ({
                    self.rates.fetch(1).await?;
                    Ok(name)
                })
            }
                .await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await
            {
                break outcome;
            }
        }
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
#[async_trait]
impl Orders for Shop {
    async fn place(&self, name: String, ids: &[i64]) -> Result<usize> {
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
                .timeout(2_000_000_000)
                .retry(::sqlx_transactional::__private::Retry::new().attempts(2)),
        );
        loop {
            let mut name = ::sqlx_transactional::__private::clone_for_attempt(&name);
            let ids = ::sqlx_transactional::__private::clone_for_attempt(&ids);
            let mut session = match run
                .lease(
                    <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
                )
                .await
            {
                ::core::result::Result::Ok(leased) => leased,
                ::core::result::Result::Err(failure) => {
                    match run.again(failure, exit).await {
                        ::core::ops::ControlFlow::Continue(()) => continue,
                        ::core::ops::ControlFlow::Break(outcome) => return outcome,
                    }
                }
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
                                    name.push('x');
                                    sqlx::query("SELECT ?").bind(&name).execute(session).await?;
                                    Ok(name.len() + ids.len())
                                })
                            },
                        ),
                    )
                    .await
            };
            if let ::core::ops::ControlFlow::Break(outcome) = run
                .settle_or_retry(session, outcome, exit)
                .await
            {
                break outcome;
            }
        }
    }
    async fn count(&self, names: Vec<String>) -> Result<usize> {
        ::sqlx_transactional::__private::repeats::<Result<usize>>();
        let look = {
            use ::sqlx_transactional::__private::{
                Chain as _, Inside as _, Refused as _, Unfit as _,
            };
            let sight = &&&&::sqlx_transactional::__private::Sight::<
                Result<usize>,
            >::new();
            sight.look()
        };
        let mut calls = ::sqlx_transactional::__private::Calls::new(
            ::core::concat!(::core::module_path!(), "::count"),
            ::sqlx_transactional::__private::Retry::new(),
            look,
        );
        loop {
            let mut names = ::sqlx_transactional::__private::clone_for_attempt(&names);
            let outcome: Result<usize> = async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<usize>,
                > {
                    return edge;
                }
                ({
                    names.push(String::new());
                    Ok(names.len())
                })
            }
                .await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await
            {
                break outcome;
            }
        }
    }
}
struct Fixed;
#[async_trait]
impl Rates for Fixed {
    async fn fetch(&self, id: i64) -> Result<i64> {
        ::sqlx_transactional::__private::repeats::<Result<i64>>();
        let look = {
            use ::sqlx_transactional::__private::{
                Chain as _, Inside as _, Refused as _, Unfit as _,
            };
            let sight = &&&&::sqlx_transactional::__private::Sight::<Result<i64>>::new();
            sight.look()
        };
        let mut calls = ::sqlx_transactional::__private::Calls::new(
            ::core::concat!(::core::module_path!(), "::fetch"),
            ::sqlx_transactional::__private::Retry::new(),
            look,
        );
        loop {
            let id = ::sqlx_transactional::__private::clone_for_attempt(&id);
            let outcome: Result<i64> = async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<i64>,
                > {
                    return edge;
                }
                ({ Ok(id) })
            }
                .await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await
            {
                break outcome;
            }
        }
    }
}
struct Repository<DB: Driver, T> {
    db: Db<DB>,
    kind: T,
}
impl<DB: Driver, T: Clone + Send + Sync> Repository<DB, T> {
    async fn generic<K: Clone + Send>(&self, key: K) -> Result<(T, K)> {
        ::sqlx_transactional::__private::returns::<Result<(T, K)>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<(T, K)>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<DB>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                    ::core::concat!(::core::module_path!(), "::generic"),
                )
                .retry(::sqlx_transactional::__private::Retry::new()),
        );
        loop {
            let key = ::sqlx_transactional::__private::clone_for_attempt(&key);
            let mut session = match run
                .lease(
                    <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
                )
                .await
            {
                ::core::result::Result::Ok(leased) => leased,
                ::core::result::Result::Err(failure) => {
                    match run.again(failure, exit).await {
                        ::core::ops::ControlFlow::Continue(()) => continue,
                        ::core::ops::ControlFlow::Break(outcome) => return outcome,
                    }
                }
            };
            let outcome: ::core::option::Option<Result<(T, K)>> = {
                let session: &mut Session<DB> = &mut session;
                ::sqlx_transactional::__private::within(
                        run.deadline(),
                        ::sqlx_transactional::__private::inside(
                            run.held(),
                            async move {
                                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                    Result<(T, K)>,
                                > {
                                    return edge;
                                }
                                ({
                                    sqlx::raw_sql("SELECT 1").execute(session).await?;
                                    Ok((self.kind.clone(), key))
                                })
                            },
                        ),
                    )
                    .await
            };
            if let ::core::ops::ControlFlow::Break(outcome) = run
                .settle_or_retry(session, outcome, exit)
                .await
            {
                break outcome;
            }
        }
    }
    async fn alone(&self, kind: T) -> Result<[T; 2]>
    where
        Self: Sized,
    {
        ::sqlx_transactional::__private::repeats::<Result<[T; 2]>>();
        let look = {
            use ::sqlx_transactional::__private::{
                Chain as _, Inside as _, Refused as _, Unfit as _,
            };
            let sight = &&&&::sqlx_transactional::__private::Sight::<
                Result<[T; 2]>,
            >::new();
            sight.look()
        };
        let mut calls = ::sqlx_transactional::__private::Calls::new(
            ::core::concat!(::core::module_path!(), "::alone"),
            ::sqlx_transactional::__private::Retry::new(),
            look,
        );
        loop {
            let kind = ::sqlx_transactional::__private::clone_for_attempt(&kind);
            let outcome: Result<[T; 2]> = async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<[T; 2]>,
                > {
                    return edge;
                }
                ({ Ok([self.kind.clone(), kind]) })
            }
                .await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await
            {
                break outcome;
            }
        }
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
    assert_eq!(sent(Shop::associated(& shop.db, "four".into())). await ?, 4);
    assert_eq!(sent(sent(shop.injected(String::new())). await ?.0.fetch(3)). await ?, 3);
    assert_eq!(
        sent(Shop::associated(sent(shop.elided(String::new())). await ?, "a".into())).
        await ?, 1
    );
    assert_eq!(sent(Arc::new(shop.clone()).typed(5)). await ?, 5);
    assert_eq!(through_bounds(& shop). await ?, 3);
    let repository = Repository {
        db: shop.db.clone(),
        kind: 'k',
    };
    assert_eq!(sent(repository.generic("key")). await ?, ('k', "key"));
    assert_eq!(sent(repository.alone('l')). await ?, ['k', 'l']);
    let orders: Arc<dyn Orders> = Arc::new(shop);
    let task = tokio::spawn(async move {
        Ok(
            orders.place("a".into(), &[1]).await? + orders.count(vec![]).await?
                + orders.plain().await?,
        )
    });
    task.await.expect("it ran").map(|sum: usize| assert_eq!(sum, 5))
}
