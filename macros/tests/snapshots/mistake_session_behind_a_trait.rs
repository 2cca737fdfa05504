::core::compile_error! {
    "the session argument is missing\n\
note: `#[transactional]` gives the body a session through an argument\n\
help: write `session: &mut Session<Postgres>` in place of `executor: impl Executor<'_, Database = Postgres>`; callers can pass a pool for it"
}
async fn f(executor: impl Executor<'_, Database = Postgres>) -> Result<(), Error> {
    body()
}
