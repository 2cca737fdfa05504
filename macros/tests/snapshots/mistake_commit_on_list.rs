::core::compile_error! {
    "`commit_on` takes one pattern\n\
help: separate alternatives with `|`"
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
