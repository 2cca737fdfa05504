::core::compile_error! {
    "unknown option `retries`\n\
help: write `#[retry_on_error(attempts = 5)]` above `#[transactional]`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
