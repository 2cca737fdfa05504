::core::compile_error! {
    "the session cannot have a named lifetime\n\
note: it lives as long as one run of the body, and nothing that outlives the body may borrow from it\n\
help: write `&mut Session<Postgres>`, and another lifetime where `'s` is used for something else"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f<'s>(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
    text: &'s str,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
