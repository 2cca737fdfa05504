::core::compile_error! {
    "`commit_on` needs a function that returns a `Result`\n\
note: it is about the error, and a response is judged by its status\n\
help: return `Result<impl IntoResponse, ApiError>`, with an error type of your own"
}
::core::compile_error! {
    "`map_err` needs a function that returns a `Result`\n\
note: it is about the error, and a response is judged by its status\n\
help: return `Result<impl IntoResponse, ApiError>`, with an error type of your own"
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
