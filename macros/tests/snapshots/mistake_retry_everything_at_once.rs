::core::compile_error! {
    "`attempts = 0` would run nothing at all\n\
help: write how often the function may run in all, as in `attempts = 5`"
}
::core::compile_error! {
    "unknown option `retries`\n\
help: write `attempts = 5`; the first is one of them"
}
::core::compile_error! {
    "`soon` is not a duration\n\
help: write a whole number and a unit: \"250ms\", \"2s\" or \"1min\""
}
::core::compile_error! {
    "`#[transactional]` needs an `async fn`\n\
note: beginning and ending a transaction awaits the database\n\
help: write `async fn`"
}
::core::compile_error! {
    "the function returns nothing\n\
note: `Ok` commits, `Err` rolls back\n\
help: return a `Result`: `-> Result<(), sqlx::Error>`"
}
::core::compile_error! {
    "`self` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: take `&self`"
}
::core::compile_error! {
    "`out` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: return the value instead of writing to `&mut`"
}
::core::compile_error! {
    "`ids` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: write `mut ids`, of which each attempt has its own"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    &mut self,
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
    out: &mut u8,
    ref mut ids: String,
) {
    let session: &mut Session<Postgres> = loop {};
}
