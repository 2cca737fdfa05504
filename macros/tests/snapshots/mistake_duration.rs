::core::compile_error! {
    "`1m 30s` is not a duration\n\
help: write a whole number and a unit: \"250ms\", \"2s\" or \"1min\""
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
