::core::compile_error! {
    "`1m 30s` is not a duration\n\
help: write a whole number and a unit: \"250ms\", \"2s\" or \"1min\""
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
