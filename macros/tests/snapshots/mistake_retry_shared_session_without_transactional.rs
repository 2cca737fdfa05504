::core::compile_error! {
    "`session` would stay in the transaction that a failed attempt has aborted\n\
note: each attempt needs a fresh transaction\n\
help: write `#[transactional]` below `#[retry_on_error]`: it begins one for each attempt\n\
help: or retry the function that begins the transaction"
}
async fn f(session: &Session<Postgres>) -> Result<(), Error> {
    body()
}
