::core::compile_error! {
    "`tx` would stay in the transaction that a failed attempt has aborted\n\
note: each attempt needs a fresh transaction\n\
help: take `session: &mut Session<MySql>` and write `#[transactional]` below `#[retry_on_error]`\n\
help: or retry the function that begins the transaction"
}
async fn f(tx: &mut sqlx::Transaction<'_, MySql>) -> Result<(), Error> {
    body()
}
