async fn create(
    State(db): State<Db<Postgres>>,
) -> impl axum::response::IntoResponse + use<> {
    ::sqlx_transactional::__private::responds(
        <&'static str as axum::response::IntoResponse>::into_response,
    );
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::of(
            <&'static str as axum::response::IntoResponse>::into_response,
        ))
            .route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Begin::<Postgres>::origin(&db),
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
    let outcome: ::core::option::Option<_> = {
        let session: &mut Session<Postgres> = &mut session;
        ::sqlx_transactional::__private::respond(
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                _,
                            > {
                                return edge;
                            }
                            ({ body() })
                        },
                    ),
                )
                .await,
            <_ as axum::response::IntoResponse>::into_response,
        )
    };
    run.settle(session, outcome, exit).await
}
