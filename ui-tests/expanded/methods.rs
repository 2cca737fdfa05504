//! Methods of every receiver, in plain and generic impls.
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
    async fn associated(
        session: impl ::sqlx_transactional::Source<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >,
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
                                    .bind(Self::FREE)
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
    async fn by_reference(
        &self,
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
                ::core::concat!(::core::module_path!(), "::by_reference"),
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
                                sqlx::query_scalar(
                                        "SELECT cents - ? FROM account WHERE id = ?",
                                    )
                                    .bind(self.fee)
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
    async fn by_mutable_reference(
        &mut self,
        session: impl ::sqlx_transactional::Source<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >,
    ) -> Result {
        ::sqlx_transactional::__private::returns::<Result>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Source::<
                '_,
                Sqlite,
                ::sqlx_transactional::ReadWrite,
            >::origin(session),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::by_mutable_reference"),
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
                                self.fee = sqlx::query_scalar("SELECT 7")
                                    .fetch_one(session)
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
    async fn by_value(mut self) -> Result<Self> {
        ::sqlx_transactional::__private::returns::<Result<Self>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<Self>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::by_value"),
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
        let outcome: ::core::option::Option<Result<Self>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<Self>,
                            > {
                                return edge;
                            }
                            ({
                                self.fee = sqlx::query_scalar("SELECT 8")
                                    .fetch_one(session)
                                    .await?;
                                Ok(self)
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
    async fn shared(self: Arc<Self>) -> Result<i64> {
        ::sqlx_transactional::__private::returns::<Result<i64>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::shared"),
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
                                let bank = Self::clone(&self);
                                drop(self);
                                bank.by_reference(session, 1).await
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
    async fn pinned(
        self: Pin<&Self>,
        session: impl ::sqlx_transactional::Source<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >,
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
                ::core::concat!(::core::module_path!(), "::pinned"),
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
                            ({ self.by_reference(&mut *session, 1).await })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
    async fn borrowed<'a>(&'a self, prefix: &str) -> Result<&'a i64> {
        ::sqlx_transactional::__private::returns::<Result<&'a i64>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<&'a i64>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Sqlite>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::borrowed"),
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
        let outcome: ::core::option::Option<Result<&'a i64>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<&'a i64>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query("SELECT ?")
                                    .bind(prefix)
                                    .execute(session)
                                    .await?;
                                Ok(&self.fee)
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
    async fn elided(
        &self,
        session: impl ::sqlx_transactional::Source<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >,
    ) -> Result<&i64> {
        ::sqlx_transactional::__private::returns::<Result<&i64>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<&i64>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Source::<
                '_,
                Sqlite,
                ::sqlx_transactional::ReadWrite,
            >::origin(session),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::elided"),
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
        let outcome: ::core::option::Option<Result<&i64>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<&i64>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query("SELECT 1").execute(session).await?;
                                Ok(&self.fee)
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
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
    async fn generic<K: Send>(&self, key: K) -> Result<(T, K)> {
        ::sqlx_transactional::__private::returns::<Result<(T, K)>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<(T, K)>>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<DB>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::generic"),
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
                                Ok((T::default(), key))
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
    async fn joins(
        &self,
        session: impl ::sqlx_transactional::Source<
            '_,
            DB,
            ::sqlx_transactional::ReadWrite,
        >,
    ) -> Result<Option<Self>>
    where
        Self: Sized,
    {
        ::sqlx_transactional::__private::returns::<Result<Option<Self>>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<Option<Self>>>::new())
                .route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Source::<
                '_,
                DB,
                ::sqlx_transactional::ReadWrite,
            >::origin(session),
            ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::joins"),
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
        let outcome: ::core::option::Option<Result<Option<Self>>> = {
            let session: &mut Session<DB> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<Option<Self>>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::raw_sql("SELECT 1").execute(session).await?;
                                Ok(None)
                            })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
}
#[tokio::test]
async fn methods() -> Result {
    let db = database().await;
    let mut bank = Bank { db: db.clone(), fee: 1 };
    assert_eq!(sent(Bank::associated(& db)). await ?, 0);
    assert_eq!(sent(bank.by_reference(& db, 1)). await ?, 99);
    sent(bank.by_mutable_reference(&db)).await?;
    assert_eq!(* sent(bank.borrowed("x")). await ?, 7);
    let bank = sent(bank.by_value()).await?;
    assert_eq!(* sent(bank.elided(& db)). await ?, 8);
    assert_eq!(sent(Pin::new(& bank).pinned(& db)). await ?, 92);
    assert_eq!(sent(Arc::new(bank).shared()). await ?, 92);
    let repository = Repository::<Sqlite, String> {
        db,
        kind: PhantomData,
    };
    assert_eq!(sent(repository.generic('k')). await ?, (String::new(), 'k'));
    assert!(sent(repository.joins(& repository.db)). await ?.is_none());
    Ok(())
}
