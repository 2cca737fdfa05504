async fn transfer(
    session: impl framework::database::Source<
        '_,
        Postgres,
        framework::database::ReadWrite,
    >,
) -> Result<(), sqlx::Error> {
    framework::database::__private::returns::<Result<(), sqlx::Error>>();
    let exit = {
        use framework::database::__private::{Flat as _, Neither as _, Typed as _};
        (&&&framework::database::__private::Route::<Result<(), sqlx::Error>>::new())
            .route()
    };
    let mut run = framework::database::__private::Run::new(
        framework::database::Source::<
            '_,
            Postgres,
            framework::database::ReadWrite,
        >::origin(session),
        framework::database::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::transfer"),
            )
            .timeout(60_000_000_000),
    );
    let mut session = match run
        .lease(
            <framework::database::ReadWrite as framework::database::__private::Level>::MARKER,
        )
        .await
    {
        ::core::result::Result::Ok(leased) => leased,
        ::core::result::Result::Err(failure) => return exit.failed(failure),
    };
    let outcome: ::core::option::Option<Result<(), sqlx::Error>> = {
        let session: &mut Session<Postgres> = &mut session;
        framework::database::__private::within(
                run.deadline(),
                framework::database::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<(), sqlx::Error>,
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
