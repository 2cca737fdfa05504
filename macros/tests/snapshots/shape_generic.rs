pub(crate) async fn each<'a, DB: Driver, T, const N: usize>(
    session: impl ::sqlx_transactional::Source<'_, DB, ::sqlx_transactional::ReadWrite>,
    rows: &'a [T; N],
    map: impl Fn(&T) -> u8 + Send,
) -> Result<impl Iterator<Item = (u8, &'a T)>, sqlx::Error>
where
    T: Sync,
{
    ::sqlx_transactional::__private::returns::<Result<(), sqlx::Error>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<_, sqlx::Error>>::new())
            .route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            DB,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
            ::core::concat!(::core::module_path!(), "::each"),
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
    let outcome: ::core::option::Option<Result<_, sqlx::Error>> = {
        let session: &mut Session<DB> = &mut session;
        ::sqlx_transactional::__private::within(
                run.deadline(),
                ::sqlx_transactional::__private::inside(
                    run.held(),
                    async move {
                        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                            Result<_, sqlx::Error>,
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
