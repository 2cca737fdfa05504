::core::compile_error! {
    "`#[transactional]` needs an `async fn`\n\
note: beginning and ending a transaction awaits the database\n\
help: write `async fn`"
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
