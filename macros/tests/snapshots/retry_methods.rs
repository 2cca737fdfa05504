#[async_trait]
impl Orders for Shop {
    async fn place(&self, order: Order) -> Result<Receipt, Error> {
        ::sqlx_transactional::__private::returns::<Result<Receipt, Error>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<Result<Receipt, Error>>::new())
                .route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Postgres>::origin(&self.db),
            ::sqlx_transactional::__private::Options::new(
                    ::core::concat!(::core::module_path!(), "::place"),
                )
                .retry(::sqlx_transactional::__private::Retry::new().attempts(3)),
        );
        loop {
            let order = ::sqlx_transactional::__private::clone_for_attempt(&order);
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
            let outcome: ::core::option::Option<Result<Receipt, Error>> = {
                let session: &mut Session<Postgres> = &mut session;
                ::sqlx_transactional::__private::within(
                        run.deadline(),
                        ::sqlx_transactional::__private::inside(
                            run.held(),
                            async move {
                                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                    Result<Receipt, Error>,
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
    #[instrument]
    async fn fetch(&self, url: &str) -> Result<Page, Error> {
        ::sqlx_transactional::__private::repeats::<Result<Page, Error>>();
        let look = {
            use ::sqlx_transactional::__private::{
                Chain as _, Inside as _, Refused as _, Unfit as _,
            };
            let sight = &&&&::sqlx_transactional::__private::Sight::<
                Result<Page, Error>,
            >::new();
            sight.look()
        };
        let mut calls = ::sqlx_transactional::__private::Calls::new(
            ::core::concat!(::core::module_path!(), "::fetch"),
            ::sqlx_transactional::__private::Retry::new(),
            look,
        );
        loop {
            let url = ::sqlx_transactional::__private::clone_for_attempt(&url);
            let outcome: Result<Page, Error> = async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<Page, Error>,
                > {
                    return edge;
                }
                ({ body() })
            }
                .await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await
            {
                break outcome;
            }
        }
    }
}
