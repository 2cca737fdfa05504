async fn transfer(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
    from: i64,
    to: i64,
    cents: i64,
) -> Result<(), BankError> {
    ::sqlx_transactional::__private::returns::<Result<(), BankError>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<(), BankError>>::new())
            .route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Postgres,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::transfer"),
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
    let outcome: ::core::option::Option<Result<(), BankError>> = {
        let session: &mut Session<Postgres> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<(), BankError>,
                        > {
                            return edge;
                        }
                        ({
                            withdraw(&mut *session, from, cents).await?;
                            deposit(session, to, cents).await
                        })
                    },
                ),
            )
            .await
    };
    run.settle(session, outcome, exit).await
}
