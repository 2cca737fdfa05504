::core::compile_error! {
    "`commit_on` takes a pattern without an `if`\n\
note: which errors commit is to be seen from their variants\n\
help: give this case a variant of its own"
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
