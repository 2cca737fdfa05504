async fn report(
    session: impl ::sqlx_transactional::Begin<Postgres>,
) -> Result<Report, sqlx::Error> {
    ::sqlx_transactional::__private::returns::<Result<Report, sqlx::Error>>();
    ::sqlx_transactional::__private::deferrable::<Postgres, ReadOnly<Serializable>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<Report, sqlx::Error>>::new())
            .route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Postgres>::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::report"),
            )
            .deferrable(),
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
    let outcome: ::core::option::Option<Result<Report, sqlx::Error>> = {
        let session: &mut Session<Postgres, ReadOnly<Serializable>> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<Report, sqlx::Error>,
                        > {
                            return edge;
                        }
                        ({ body() })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
