///Doc.
#[must_use]
pub async unsafe fn r#type(
    #[cfg(all())]
    r#match: u8,
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Bank<()> {
    #![allow(unused)]
    ::sqlx_transactional::__private::returns::<Bank<()>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Bank<()>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::type"),
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
    let outcome: ::core::option::Option<Bank<()>> = {
        let session: &mut Session<Sqlite> = &mut session;
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
    run.settle(session, outcome, exit).await
}
