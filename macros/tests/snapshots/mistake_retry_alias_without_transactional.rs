::core::compile_error! {
    "`tx` would stay in the transaction that a failed attempt has aborted\n\
note: each attempt needs a fresh transaction\n\
help: write `#[transactional]` below `#[retry_on_error]`: it begins one for each attempt\n\
help: or retry the function that begins the transaction"
}
async fn f(tx: &mut Tx) -> Result<(), Error> {
    body()
}
