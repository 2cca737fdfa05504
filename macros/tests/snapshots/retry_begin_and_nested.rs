async fn work(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    _: u8,
    _id: u8,
) -> Result<impl Sized, Error> {
    ::sqlx_transactional::__private::returns::<Result<(), Error>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<_, Error>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::work"),
            )
            .nested()
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
        let outcome: ::core::option::Option<Result<_, Error>> = {
            let mut session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<_, Error>,
                            > {
                                return edge;
                            }
                            ({ body() })
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
