impl Shop {
    pub async fn place(
        session: impl ::sqlx_transactional::Source<
            '_,
            Postgres,
            ::sqlx_transactional::ReadWrite,
        >,
    ) -> Result<Self, Error> {
        ::sqlx_transactional::__private::returns::<Result<Self, Error>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<Self, Error>>::new())
                .route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Source::<
                '_,
                Postgres,
                ::sqlx_transactional::ReadWrite,
            >::origin(session),
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
        let outcome: ::core::option::Option<Result<Self, Error>> = {
            let session: &mut Session<Postgres> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<Self, Error>,
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
}
