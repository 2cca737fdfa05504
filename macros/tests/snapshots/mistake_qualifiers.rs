::core::compile_error! {
    "`#[transactional]` needs an `async fn`\n\
note: beginning and ending a transaction awaits the database\n\
help: write `async fn`"
}
::core::compile_error! {
    "a `const fn` cannot run a transaction\n\
help: remove `const`"
}
::core::compile_error! {
    "an `extern` function cannot run a transaction\n\
note: its caller could not await it\n\
help: remove `extern`, and call the function from one that is `extern`"
}
::core::compile_error! {
    "a variadic function cannot run a transaction\n\
help: take a slice"
}
#[allow(unused, unreachable_code, clippy::all)]
async unsafe fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
