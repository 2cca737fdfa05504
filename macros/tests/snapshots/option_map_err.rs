async fn create(&self, request: Request<Draft>) -> Result<Response<Plan>, Status> {
    ::sqlx_transactional::__private::tells::<Result<Response<Plan>, Status>>();
    let exit = ::sqlx_transactional::__private::Exit::<
        Result<Response<Plan>, Status>,
    >::new(|failure| ::sqlx_transactional::__private::mapped::<
        Result<Response<Plan>, Status>,
    >(failure, to_status));
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Postgres>::origin(&self.db),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::create"),
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
    let outcome: ::core::option::Option<Result<Response<Plan>, Status>> = {
        let session: &mut Session<Postgres> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<Response<Plan>, Status>,
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
