::core::compile_error! {
    "a second session\n\
note: one function runs in one transaction\n\
help: remove one of them; if only one is ours, write `#[session]` before it"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
    other: &mut Session<Postgres>,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
