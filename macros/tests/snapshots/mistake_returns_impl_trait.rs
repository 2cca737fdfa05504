::core::compile_error! {
    "`impl Trait` hides whether the call succeeded\n\
note: `Ok` commits, `Err` rolls back\n\
help: return `Result<impl IntoResponse, sqlx::Error>`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> impl IntoResponse {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
