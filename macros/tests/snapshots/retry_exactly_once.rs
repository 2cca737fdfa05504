async fn pay(&self, cents: i64) -> Result<(), Error> {
    ::sqlx_transactional::__private::returns::<Result<(), Error>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<(), Error>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Postgres>::origin(&self.db),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::pay"),
            )
            .retry(
                ::sqlx_transactional::__private::Retry::new()
                    .max_elapsed(60_000_000_000)
                    .exactly_once(),
            ),
    );
    loop {
        let cents = ::sqlx_transactional::__private::clone_for_attempt(&cents);
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
        let outcome: ::core::option::Option<Result<(), Error>> = {
            let session: &mut Session<Postgres> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
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
