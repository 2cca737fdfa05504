::core::compile_error! {
    "`commit_on` takes one pattern\n\
help: separate alternatives with `|`"
}
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
