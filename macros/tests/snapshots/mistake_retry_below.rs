#[sqlx_transactional::retry_on_error(__retry_on_error)]
fn resolved() {}
::core::compile_error! {
    "`#[retry_on_error]` must be written above `#[transactional]`\n\
note: each attempt needs a fresh transaction\n\
help: swap the two attributes"
}
::core::compile_error! {
    "`attempts = 0` would run nothing at all\n\
help: write how often the function may run in all, as in `attempts = 5`"
}
::core::compile_error! {
    "`out` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: return the value instead of writing to `&mut`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
    out: &mut u8,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
