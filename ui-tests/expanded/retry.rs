//! `#[retry_on_error]`, above `#[transactional]`: functions, arguments, options, modes and drivers.
#![deny(warnings, clippy::pedantic, clippy::nursery)]
use std::{cell::Cell, sync::{Arc, atomic::{AtomicI64, Ordering}}};
use sqlx::{MySql, Postgres, Sqlite, SqlitePool};
use sqlx_transactional::{
    Db, Driver, ReadOnly, RepeatableRead, Serializable, Session, retry_on_error,
    transactional,
};
use tracing::instrument;
use crate::{database, sent};
type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;
async fn only_the_session(
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
                ::core::concat!(::core::module_path!(), "::only_the_session"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
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
                            ({ sqlx::query_scalar("SELECT 1").fetch_one(session).await })
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
async fn every_option(
    session: impl ::sqlx_transactional::Begin<Sqlite>,
    tries: Arc<AtomicI64>,
) -> Result<i64, Refused> {
    ::sqlx_transactional::__private::returns::<Result<i64, Refused>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64, Refused>>::new())
            .route()
            .commit_on(|outcome| {
                ::core::matches!(outcome, ::core::result::Result::Err(Refused::Locked))
            })
            .when(|outcome| ::sqlx_transactional::__private::matches(outcome, is_busy))
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Sqlite>::origin(session),
        ::sqlx_transactional::__private::Options::new("every option")
            .timeout(2_000_000_000)
            .lock_timeout(1_000_000_000)
            .retry(
                ::sqlx_transactional::__private::Retry::new()
                    .attempts(3)
                    .min_delay(1_000_000)
                    .max_delay(2_000_000)
                    .max_elapsed(60_000_000_000)
                    .idempotent(),
            ),
    );
    loop {
        let tries = ::sqlx_transactional::__private::clone_for_attempt(&tries);
        let mut session = match run
            .lease(<Serializable as ::sqlx_transactional::__private::Level>::MARKER)
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
        let outcome: ::core::option::Option<Result<i64, Refused>> = {
            let session: &mut Session<Sqlite, Serializable> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<i64, Refused>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query("SELECT 1").execute(session).await?;
                                match tries.fetch_add(1, Ordering::Relaxed) {
                                    0 => Err(Refused::Busy),
                                    1 => Err(Refused::Locked),
                                    _ => Ok(0),
                                }
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
#[derive(Debug)]
enum Refused {
    Busy,
    Locked,
    Database(sqlx::Error),
}
const fn is_busy(error: &Refused) -> bool {
    matches!(error, Refused::Busy)
}
impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}
async fn by_value(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    name: String,
    ids: Vec<i64>,
    cents: i64,
    shared: Arc<str>,
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
                ::core::concat!(::core::module_path!(), "::by_value"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let mut name = ::sqlx_transactional::__private::clone_for_attempt(&name);
        let ids = ::sqlx_transactional::__private::clone_for_attempt(&ids);
        let cents = ::sqlx_transactional::__private::clone_for_attempt(&cents);
        let shared = ::sqlx_transactional::__private::clone_for_attempt(&shared);
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
            let mut session: &mut Session<Sqlite> = &mut session;
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
                                name.push_str(&shared);
                                drop(shared);
                                let again = &mut session;
                                for id in ids {
                                    sqlx::query("SELECT ? + ?")
                                        .bind(id)
                                        .bind(cents)
                                        .execute(&mut **again)
                                        .await?;
                                }
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
async fn by_reference<'a>(
    db: &Db<Sqlite>,
    one: &'a str,
    parts: &[&str],
) -> Result<&'a str> {
    ::sqlx_transactional::__private::returns::<Result<&'a str>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<&'a str>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Sqlite>::origin(db),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::by_reference"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let db = ::sqlx_transactional::__private::clone_for_attempt(&db);
        let _ = &db;
        let one = ::sqlx_transactional::__private::clone_for_attempt(&one);
        let parts = ::sqlx_transactional::__private::clone_for_attempt(&parts);
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
                                sqlx::query("SELECT ?")
                                    .bind(parts.join(one))
                                    .execute(session)
                                    .await?;
                                Ok(one)
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
async fn generic<DB: Driver, K, const N: usize>(
    session: impl ::sqlx_transactional::Source<'_, DB, ::sqlx_transactional::ReadWrite>,
    key: K,
    names: [&str; N],
    map: impl Fn(K) -> i64 + Clone + Send,
) -> Result<i64>
where
    K: Clone + Send,
{
    ::sqlx_transactional::__private::returns::<Result<i64>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            DB,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::generic"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let key = ::sqlx_transactional::__private::clone_for_attempt(&key);
        let names = ::sqlx_transactional::__private::clone_for_attempt(&names);
        let map = ::sqlx_transactional::__private::clone_for_attempt(&map);
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
            let session: &mut Session<DB> = &mut session;
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
                                sqlx::raw_sql("SELECT 1").execute(session).await?;
                                Ok(
                                    map(key) + i64::try_from(names.len()).unwrap_or_default(),
                                )
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
async fn impl_trait(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    ids: impl IntoIterator<Item = i64> + Clone + Send,
) -> Result<impl Iterator<Item = i64> + Send> {
    ::sqlx_transactional::__private::returns::<Result<()>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<_>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::impl_trait"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
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
        let outcome: ::core::option::Option<Result<_>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<_>,
                            > {
                                return edge;
                            }
                            ({
                                sqlx::query("SELECT 1").execute(session).await?;
                                Ok(ids.into_iter().collect::<Vec<_>>().into_iter())
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
async fn nested(
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
                ::core::concat!(::core::module_path!(), "::nested"),
            )
            .nested()
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let id = ::sqlx_transactional::__private::clone_for_attempt(&id);
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
        if let ::core::ops::ControlFlow::Break(outcome) = run
            .settle_or_retry(session, outcome, exit)
            .await
        {
            break outcome;
        }
    }
}
async fn read_only(
    session: impl ::sqlx_transactional::Begin<Sqlite>,
    _id: i64,
) -> Result<i64> {
    ::sqlx_transactional::__private::returns::<Result<i64>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Sqlite>::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::read_only"),
            )
            .requires_new()
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let mut session = match run
            .lease(
                <ReadOnly<
                    RepeatableRead,
                > as ::sqlx_transactional::__private::Level>::MARKER,
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
            let session: &mut Session<Sqlite, ReadOnly<RepeatableRead>> = &mut session;
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
                            ({ sqlx::query_scalar("SELECT 1").fetch_one(session).await })
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
async fn joins(
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
                ::core::concat!(::core::module_path!(), "::joins"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let id = ::sqlx_transactional::__private::clone_for_attempt(&id);
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
                                only_the_session(&mut *session).await?;
                                nested(session, id).await
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
/// Below, between and above.
#[instrument(skip_all, fields(id))]
#[instrument(skip(session))]
#[instrument(skip(session), ret)]
async fn instrumented(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    id: i64,
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
                ::core::concat!(::core::module_path!(), "::instrumented"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let mut id = ::sqlx_transactional::__private::clone_for_attempt(&id);
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
                                id += 1;
                                sqlx::query_scalar("SELECT ? + length(?)")
                                    .bind(id)
                                    .bind(name)
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
/// Arguments that are not used, however they say so.
async fn unused(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    _: String,
    _id: i64,
    _pair: (String, String),
    #[allow(unused_variables, reason = "for the test")]
    name: String,
    #[cfg(test)]
    here: i64,
    #[cfg(not(test))]
    here: Nowhere,
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
                ::core::concat!(::core::module_path!(), "::unused"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        #[allow(unused_variables, reason = "for the test")]
        let name = ::sqlx_transactional::__private::clone_for_attempt(&name);
        #[cfg(test)]
        let here = ::sqlx_transactional::__private::clone_for_attempt(&here);
        #[cfg(not(test))]
        let here = ::sqlx_transactional::__private::clone_for_attempt(&here);
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
            let _: &mut Session<Sqlite> = &mut session;
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
                            ({ Ok(here) })
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
/// `Send` is enough: no attempt holds a reference to an argument while it waits.
async fn not_sync(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    cell: Cell<i64>,
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
                ::core::concat!(::core::module_path!(), "::not_sync"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let cell = ::sqlx_transactional::__private::clone_for_attempt(&cell);
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
                                let one: i64 = sqlx::query_scalar("SELECT 1")
                                    .fetch_one(session)
                                    .await?;
                                cell.set(one);
                                Ok(cell.get())
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
async fn helper(session: &mut Session<Sqlite>, id: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT ?").bind(id).fetch_one(session).await
}
async fn returns_early(
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
                ::core::concat!(::core::module_path!(), "::returns_early"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let id = ::sqlx_transactional::__private::clone_for_attempt(&id);
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
                                if id == 0 {
                                    return Ok(0);
                                }
                                loop {
                                    if helper(&mut *session, id).await? == id {
                                        break;
                                    }
                                }
                                Ok(id)
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
/// Never run: there is no server here.
#[expect(dead_code, reason = "that it compiles is all")]
mod servers {
    use super::{
        Db, MySql, Postgres, ReadOnly, Result, Serializable, Session, retry_on_error,
        sent, transactional,
    };
    macro_rules! on {
        ($($name:ident $database:ident)*) => {
            $(fn $name (db : & Db <$database >) -> impl Future < Output = Result > + Send
            { #[retry_on_error] #[transactional(timeout = "2s", from = db)] async fn
            call(db : & Db <$database >, session : & mut Session <$database, Serializable
            >, name : String) -> Result { sqlx::raw_sql("SELECT 1").execute(session).
            await ?; drop(name); Ok(()) } sent(call(db, String::new())) })*
        };
    }
    on! {
        postgres Postgres mysql MySql
    }
    async fn deferrable(
        session: impl ::sqlx_transactional::Begin<Postgres>,
        name: String,
    ) -> Result {
        ::sqlx_transactional::__private::returns::<Result>();
        ::sqlx_transactional::__private::deferrable::<
            Postgres,
            ReadOnly<Serializable>,
        >();
        ::sqlx_transactional::__private::relaxed::<Postgres>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result>::new()).route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Postgres>::origin(session),
            ::sqlx_transactional::__private::Options::new(
                    ::core::concat!(::core::module_path!(), "::deferrable"),
                )
                .deferrable()
                .relaxed()
                .retry(::sqlx_transactional::__private::Retry::new()),
        );
        loop {
            let name = ::sqlx_transactional::__private::clone_for_attempt(&name);
            let mut session = match run
                .lease(
                    <ReadOnly<
                        Serializable,
                    > as ::sqlx_transactional::__private::Level>::MARKER,
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
            let outcome: ::core::option::Option<Result> = {
                let session: &mut Session<Postgres, ReadOnly<Serializable>> = &mut session;
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
                                    sqlx::query("SELECT $1").bind(name).execute(session).await?;
                                    Ok(())
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
}
#[tokio::test]
async fn transactions() -> Result {
    let db = database().await;
    let pool: &SqlitePool = db.pool();
    assert_eq!(sent(only_the_session(pool)). await ?, 1);
    assert_eq!(sent(by_value(& db, "ab".into(), vec![1, 2], 3, "c".into())). await ?, 3);
    assert_eq!(sent(by_reference(& db, "one", & ["a", "b"])). await ?, "one");
    assert_eq!(sent(generic(& db, 2_i32, ["a", "b"], i64::from)). await ?, 4);
    assert_eq!(sent(impl_trait(& db, [1, 2])). await ?.sum::< i64 > (), 3);
    assert_eq!(sent(nested(& db, 3)). await ?, 3);
    assert_eq!(sent(read_only(& db, 3)). await ?, 1);
    assert_eq!(sent(joins(& db, 4)). await ?, 4);
    assert_eq!(sent(instrumented(& db, 4, "five".into())). await ?, 9);
    assert_eq!(
        sent(unused(& db, String::new(), 1, (String::new(), String::new()),
        String::new(), 7)). await ?, 7
    );
    assert_eq!(sent(not_sync(& db, Cell::new(0))). await ?, 1);
    assert_eq!(
        sent(returns_early(& db, 0)). await ? + sent(returns_early(& db, 1)). await ?, 1
    );
    let task = tokio::spawn(async move { joins(&db, 5).await });
    assert_eq!(task. await .expect("it ran") ?, 5);
    Ok(())
}
#[tokio::test]
async fn options() {
    let tries = Arc::new(AtomicI64::new(0));
    let db = database().await;
    match sent(every_option(&db, Arc::clone(&tries))).await {
        Err(Refused::Database(error)) => panic!("{error}"),
        outcome => assert!(matches!(outcome, Err(Refused::Locked))),
    }
    assert_eq!(tries.load(Ordering::Relaxed), 2);
}
