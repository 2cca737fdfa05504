::core::compile_error! {
    "the session argument is missing\n\
note: `#[transactional]` gives the body a session through an argument\n\
help: write `session: &mut Session<MySql>` in place of `tx: &mut sqlx::Transaction<'_, MySql>`; callers can pass a pool for it"
}
async fn f(cents: i64, tx: &mut sqlx::Transaction<'_, MySql>) -> Result<(), Error> {
    body()
}
