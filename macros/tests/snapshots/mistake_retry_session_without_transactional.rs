::core::compile_error! {
    "`session` would stay in the transaction that a failed attempt has aborted\n\
note: each attempt needs a fresh transaction\n\
help: write `#[transactional]` below `#[retry_on_error]`: it begins one for each attempt\n\
help: or retry the function that begins the transaction"
}
::core::compile_error! {
    "`out` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: return the value instead of writing to `&mut`"
}
async fn f(session: &mut Session<Postgres>, out: &mut u8) -> Result<(), Error> {
    body()
}
