::core::compile_error! {
    "the session argument is missing\n\
note: `#[transactional]` gives the body a session through an argument\n\
help: write `session: &mut Session<Postgres>` in place of `pool: &PgPool`; callers can pass a pool for it"
}
async fn f(pool: &PgPool) -> Result<(), Error> {
    body()
}
