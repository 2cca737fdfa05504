//! Free functions: every kind of parameter.
#![deny(warnings)]
use std::fmt::{Debug, Display};
use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};
use crate::{database, sent};
type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;
struct Transfer {
    from: i64,
    cents: i64,
}
async fn only_the_session(
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
            ::core::concat!(::core::module_path!(), "::only_the_session"),
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
                            sqlx::query("SELECT 1").execute(session).await?;
                            Ok(())
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn session_at_the_end(
    id: i64,
    cents: i64,
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<u64> {
    ::sqlx_transactional::__private::returns::<Result<u64>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<u64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::session_at_the_end"),
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
    let outcome: ::core::option::Option<Result<u64>> = {
        let session: &mut Session<Sqlite> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<u64>,
                        > {
                            return edge;
                        }
                        ({
                            let done = sqlx::query(
                                    "UPDATE account SET cents = cents + ? WHERE id = ?",
                                )
                                .bind(cents)
                                .bind(id)
                                .execute(session)
                                .await?;
                            Ok(done.rows_affected())
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn patterns(
    Transfer { from, mut cents }: Transfer,
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    (low, [high, _]): (i64, [i64; 2]),
    &scale: &i64,
    _: bool,
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
            ::core::concat!(::core::module_path!(), "::patterns"),
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
                            cents = (cents * scale).clamp(low, high);
                            sqlx::query_scalar(
                                    "SELECT cents + ? FROM account WHERE id = ?",
                                )
                                .bind(cents)
                                .bind(from)
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
async fn mutable(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    mut id: i64,
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
            ::core::concat!(::core::module_path!(), "::mutable"),
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
        let mut session: &mut Session<Sqlite> = &mut session;
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
                            id += 1;
                            let again = &mut session;
                            sqlx::query_scalar("SELECT cents FROM account WHERE id = ?")
                                .bind(id)
                                .fetch_one(&mut **again)
                                .await
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn unnamed(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    _id: i64,
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
            ::core::concat!(::core::module_path!(), "::unnamed"),
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
        let _: &mut Session<Sqlite> = &mut session;
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
                        ({ Ok(()) })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn unused(
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
            ::core::concat!(::core::module_path!(), "::unused"),
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
        let _session: &mut Session<Sqlite> = &mut session;
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
                        ({ Ok(()) })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn generic<K, const N: usize>(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    key: K,
    names: [&str; N],
) -> Result<usize>
where
    K: Into<i64> + Send,
{
    ::sqlx_transactional::__private::returns::<Result<usize>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<usize>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
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
                            let id = key.into()
                                + i64::try_from(names.len()).unwrap_or_default();
                            let found = sqlx::query(
                                    "SELECT * FROM account WHERE id <= ?",
                                )
                                .bind(id)
                                .fetch_all(session)
                                .await?;
                            Ok(found.len() * N)
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn impl_trait(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    owner: impl Into<String> + Send,
    ids: impl IntoIterator<Item = i64, IntoIter: Send> + Send,
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
            ::core::concat!(::core::module_path!(), "::impl_trait"),
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
                            let owner = owner.into();
                            let mut sum = 0;
                            for id in ids {
                                let query = sqlx::query_scalar(
                                    "SELECT COALESCE(SUM(cents), 0) FROM account WHERE id = ? AND owner = ?",
                                );
                                sum
                                    += query
                                        .bind(id)
                                        .bind(&owner)
                                        .fetch_one(&mut *session)
                                        .await
                                        .unwrap_or(0);
                            }
                            Ok(sum)
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn lifetimes<'a, 'b: 'a>(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    one: &'a str,
    other: &'b str,
) -> Result<&'a str> {
    ::sqlx_transactional::__private::returns::<Result<&'a str>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<&'a str>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::lifetimes"),
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
                            let longer: bool = sqlx::query_scalar(
                                    "SELECT length(?) > length(?)",
                                )
                                .bind(one)
                                .bind(other)
                                .fetch_one(session)
                                .await?;
                            Ok(if longer { one } else { other })
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn elided(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    text: &mut String,
    parts: &[&str],
) -> Result<usize> {
    ::sqlx_transactional::__private::returns::<Result<usize>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<usize>>::new()).route()
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
                            text.push_str(
                                sqlx::query_scalar::<_, String>("SELECT 'x'")
                                    .fetch_one(session)
                                    .await?
                                    .as_str(),
                            );
                            text.extend(parts.iter().copied());
                            Ok(text.len())
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn named_lifetime_of_nothing_else(
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
            ::core::concat!(::core::module_path!(), "::named_lifetime_of_nothing_else"),
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
                            sqlx::query("SELECT 1").execute(session).await?;
                            Ok(())
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn higher_ranked<F>(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    choose: F,
) -> Result<String>
where
    F: for<'a> Fn(&'a str) -> &'a str + Send,
{
    ::sqlx_transactional::__private::returns::<Result<String>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<String>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::higher_ranked"),
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
    let outcome: ::core::option::Option<Result<String>> = {
        let session: &mut Session<Sqlite> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<String>,
                        > {
                            return edge;
                        }
                        ({
                            let owner: String = sqlx::query_scalar(
                                    "SELECT owner FROM account WHERE id = 1",
                                )
                                .fetch_one(session)
                                .await?;
                            Ok(choose(&owner).to_owned())
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn dynamic(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    shown: &(dyn Display + Sync),
    kept: Box<dyn Debug + Send>,
) -> Result<String> {
    ::sqlx_transactional::__private::returns::<Result<String>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<String>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::dynamic"),
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
    let outcome: ::core::option::Option<Result<String>> = {
        let session: &mut Session<Sqlite> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<String>,
                        > {
                            return edge;
                        }
                        ({
                            sqlx::query("SELECT 1").execute(session).await?;
                            Ok(format!("{shown} {kept:?}"))
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
async fn awaits_nothing(
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
            ::core::concat!(::core::module_path!(), "::awaits_nothing"),
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
                            let _ = session;
                            Ok(())
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
#[tokio::test]
async fn free_functions() -> Result {
    let db = database().await;
    let pool: &SqlitePool = db.pool();
    sent(only_the_session(pool)).await?;
    assert_eq!(sent(session_at_the_end(1, 5, & db)). await ?, 1);
    assert_eq!(
        sent(patterns(Transfer { from : 1, cents : 4 }, & db, (0, [20, 0]), & 10, true)).
        await ?, 125
    );
    assert_eq!(sent(mutable(pool, 1)). await ?, 0);
    sent(unnamed(pool, 1)).await?;
    sent(unused(pool)).await?;
    assert_eq!(sent(generic(& db, 1_i32, ["a", "b"])). await ?, 4);
    assert_eq!(sent(impl_trait(& db, "ann", [1, 2])). await ?, 105);
    assert_eq!(sent(lifetimes(& db, "long", "s")). await ?, "long");
    assert_eq!(sent(elided(& db, & mut String::from("y"), & ["z"])). await ?, 3);
    sent(named_lifetime_of_nothing_else(&db)).await?;
    assert_eq!(sent(higher_ranked(& db, | text | & text[..1])). await ?, "a");
    assert_eq!(sent(dynamic(& db, & 1, Box::new("x"))). await ?, "1 \"x\"");
    sent(awaits_nothing(&db)).await?;
    Ok(())
}
