::core::compile_error! {
    "`impl Trait` hides the error type\n\
note: a failure of the transaction itself is returned as this error, through `From<sqlx::Error>`\n\
help: name the type"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), impl Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
