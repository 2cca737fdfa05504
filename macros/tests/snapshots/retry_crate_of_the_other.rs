async fn work(
    session: impl framework::database::Source<
        '_,
        Postgres,
        framework::database::ReadWrite,
    >,
    #[allow(unused)]
    id: u8,
) -> Result<(), Error> {
    framework::database::__private::returns::<Result<(), Error>>();
    let exit = {
        use framework::database::__private::{Flat as _, Neither as _, Typed as _};
        (&&&framework::database::__private::Route::<Result<(), Error>>::new()).route()
    };
    let mut run = framework::database::__private::Run::new(
        framework::database::Source::<
            '_,
            Postgres,
            framework::database::ReadWrite,
        >::origin(session),
        framework::database::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::work"),
            )
            .retry(framework::database::__private::Retry::new()),
    );
    loop {
        #[allow(unused)]
        let mut id = framework::database::__private::clone_for_attempt(&id);
        let mut session = match run
            .lease(
                <framework::database::ReadWrite as framework::database::__private::Level>::MARKER,
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
        let outcome: ::core::option::Option<Result<(), Error>> = {
            let session: &mut Session<Postgres> = &mut session;
            framework::database::__private::within(
                    run.deadline(),
                    framework::database::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<(), Error>,
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
