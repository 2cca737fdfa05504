::core::compile_error! {
    "unknown option `retries`\n\
help: write `#[retry_on_error(attempts = 5)]` above `#[transactional]`"
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
