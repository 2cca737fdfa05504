::core::compile_error! {
    "the session needs a plain name\n\
help: write `session: &mut Session<..>`, and take it apart in the body"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let session @ _: &mut Session<Postgres> = loop {};
    { body() }
}
