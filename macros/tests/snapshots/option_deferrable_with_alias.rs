async fn report(
    snapshot: impl ::sqlx_transactional::Begin<
        <Snapshot as ::sqlx_transactional::__private::Parts>::Database,
    >,
) -> Result<Report, sqlx::Error> {
    ::sqlx_transactional::__private::returns::<Result<Report, sqlx::Error>>();
    ::sqlx_transactional::__private::deferrable::<
        <Snapshot as ::sqlx_transactional::__private::Parts>::Database,
        <Snapshot as ::sqlx_transactional::__private::Parts>::Mode,
    >();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<Report, sqlx::Error>>::new())
            .route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<
            <Snapshot as ::sqlx_transactional::__private::Parts>::Database,
        >::origin(snapshot),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::report"),
            )
            .deferrable(),
    );
    let mut snapshot = match run
        .lease(
            <<Snapshot as ::sqlx_transactional::__private::Parts>::Mode as ::sqlx_transactional::__private::Level>::MARKER,
        )
        .await
    {
        ::core::result::Result::Ok(leased) => leased,
        ::core::result::Result::Err(failure) => return exit.failed(failure),
    };
    let outcome: ::core::option::Option<Result<Report, sqlx::Error>> = {
        let snapshot: &mut Snapshot = &mut snapshot;
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
    run.settle(snapshot, outcome, exit).await
}
