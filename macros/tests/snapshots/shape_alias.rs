async fn alias(
    tx: impl ::sqlx_transactional::Source<
        '_,
        <Tx<Postgres> as ::sqlx_transactional::__private::Parts>::Database,
        <Tx<Postgres> as ::sqlx_transactional::__private::Parts>::Mode,
    >,
) -> Bank<()> {
    ::sqlx_transactional::__private::returns::<Bank<()>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Bank<()>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            <Tx<Postgres> as ::sqlx_transactional::__private::Parts>::Database,
            <Tx<Postgres> as ::sqlx_transactional::__private::Parts>::Mode,
        >::origin(tx),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::alias"),
        ),
    );
    let mut tx = match run
        .lease(
            <<Tx<
                Postgres,
            > as ::sqlx_transactional::__private::Parts>::Mode as ::sqlx_transactional::__private::Level>::MARKER,
        )
        .await
    {
        ::core::result::Result::Ok(leased) => leased,
        ::core::result::Result::Err(failure) => return exit.failed(failure),
    };
    let outcome: ::core::option::Option<Bank<()>> = {
        let tx: &mut Tx<Postgres> = &mut tx;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Bank<()>,
                        > {
                            return edge;
                        }
                        ({ body() })
                    },
                ),
            )
            .await
    };
    run.settle(tx, outcome, exit).await
}
