#[async_trait]
impl Orders for Shop {
    async fn place(&self, order: NewOrder) -> Result<Receipt, ShopError> {
        ::sqlx_transactional::__private::returns::<Result<Receipt, ShopError>>();
        let exit = {
            use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
            (&&&::sqlx_transactional::__private::Route::<
                Result<Receipt, ShopError>,
            >::new())
                .route()
        };
        let mut run = ::sqlx_transactional::__private::Run::new(
            ::sqlx_transactional::Begin::<Postgres>::origin(&self.db),
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
        let outcome: ::core::option::Option<Result<Receipt, ShopError>> = {
            let session: &mut Session<Postgres> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<Receipt, ShopError>,
                            > {
                                return edge;
                            }
                            ({ .. })
                        },
                    ),
                )
                .await
        };
        run.settle(session, outcome, exit).await
    }
}
