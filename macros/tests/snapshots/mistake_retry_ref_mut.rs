::core::compile_error! {
    "`a` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: write `mut a`, of which each attempt has its own"
}
::core::compile_error! {
    "`c` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: write `mut c`, of which each attempt has its own"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
    (ref mut a, [b, ref mut c]): (u8, [u8; 2]),
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
