::core::compile_error! {
    "`commit_on` looks at the error, not at the `Result` around it\n\
help: write `commit_on(Error::Locked { .. })`"
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
