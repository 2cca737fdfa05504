//! Every option, alone and together.
#![deny(warnings)]
use sqlx::{Postgres, Sqlite};
use sqlx_transactional::{Db, ReadOnly, Serializable, Session, transactional};
use crate::{database, sent};
type Result<T = (), E = LoginError> = std::result::Result<T, E>;
#[derive(Debug)]
enum LoginError {
    WrongPassword { tries: i64 },
    Locked,
    Database(sqlx::Error),
}
impl From<sqlx::Error> for LoginError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}
async fn none(
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
            ::core::concat!(::core::module_path!(), "::none"),
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
                            Ok(sqlx::query_scalar("SELECT 1").fetch_one(session).await?)
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn nested(
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
                ::core::concat!(::core::module_path!(), "::nested"),
            )
            .nested(),
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
                        ({ none(session).await })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn named(
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
        ::sqlx_transactional::__private::Options::new("a name with spaces")
            .timeout(250_000_000),
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
                            nested(&mut *session).await?;
                            nested(session).await
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn nested_with_timeout(
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
                ::core::concat!(::core::module_path!(), "::nested_with_timeout"),
            )
            .timeout(60_000_000_000)
            .nested(),
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
                        ({ none(session).await })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn lock_timeout(session: impl ::sqlx_transactional::Begin<Sqlite>) -> Result<i64> {
    ::sqlx_transactional::__private::returns::<Result<i64>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Sqlite>::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::lock_timeout"),
            )
            .lock_timeout(1_000_000_000),
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
                        ({ nested_with_timeout(session).await })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn commit_on(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    tries: i64,
) -> Result {
    ::sqlx_transactional::__private::returns::<Result>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result>::new())
            .route()
            .commit_on(|outcome| {
                ::core::matches!(
                    outcome, ::core::result::Result::Err(LoginError::WrongPassword { .. }
                    | LoginError::Locked)
                )
            })
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::commit_on"),
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
                            none(session).await?;
                            Err(
                                if tries > 2 {
                                    LoginError::Locked
                                } else {
                                    LoginError::WrongPassword { tries }
                                },
                            )
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
/// Never run: there is no server here.
#[expect(dead_code, reason = "that it compiles is all")]
fn of_postgres_is_sent(db: &Db<Postgres>) -> impl Future<Output = Result<i64>> + Send {
    of_postgres(db)
}
async fn of_postgres(db: &Db<Postgres>) -> Result<i64> {
    ::sqlx_transactional::__private::returns::<Result<i64>>();
    ::sqlx_transactional::__private::deferrable::<Postgres, ReadOnly<Serializable>>();
    ::sqlx_transactional::__private::relaxed::<Postgres>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Postgres>::origin(db),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::of_postgres"),
            )
            .lock_timeout(1_000_000_000)
            .deferrable()
            .relaxed(),
    );
    let mut session = match run
        .lease(
            <ReadOnly<Serializable> as ::sqlx_transactional::__private::Level>::MARKER,
        )
        .await
    {
        ::core::result::Result::Ok(leased) => leased,
        ::core::result::Result::Err(failure) => return exit.failed(failure),
    };
    let outcome: ::core::option::Option<Result<i64>> = {
        let session: &mut Session<Postgres, ReadOnly<Serializable>> = &mut session;
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
                            Ok(sqlx::query_scalar("SELECT 1").fetch_one(session).await?)
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
#[tokio::test]
async fn options() -> Result {
    let db = database().await;
    assert_eq!(sent(none(& db)). await ?, 1);
    assert_eq!(sent(nested(& db)). await ?, 1);
    assert_eq!(sent(named(& db)). await ?, 1);
    assert_eq!(sent(nested_with_timeout(& db)). await ?, 1);
    assert_eq!(sent(lock_timeout(& db)). await ?, 1);
    assert!(
        matches!(sent(commit_on(& db, 1)). await, Err(LoginError::WrongPassword { tries :
        1 }))
    );
    assert!(matches!(sent(commit_on(& db, 3)). await, Err(LoginError::Locked)));
    match sent(none(&db)).await {
        Err(LoginError::Database(error)) => panic!("{error}"),
        _ => Ok(()),
    }
}
