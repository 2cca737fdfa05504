::core::compile_error! {
    "`commit_on` looks at the error, not at the `Result` around it\n\
help: write `commit_on(Error::Locked { .. })`"
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
