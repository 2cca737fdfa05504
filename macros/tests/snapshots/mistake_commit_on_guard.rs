::core::compile_error! {
    "`commit_on` takes a pattern without an `if`\n\
note: which errors commit is to be seen from their variants\n\
help: give this case a variant of its own"
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
