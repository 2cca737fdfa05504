::core::compile_error! {
    "`impl Trait` hides whether the call succeeded\n\
note: `Ok` commits, `Err` rolls back\n\
help: return `Result<impl Responder, sqlx::Error>`, or name the type of the response"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> impl Responder {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
