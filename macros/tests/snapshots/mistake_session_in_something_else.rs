::core::compile_error! {
    "the session argument is missing\n\
note: `#[transactional]` gives the body a session through an argument\n\
help: write `session: &mut Session<Postgres>` in place of `session: Option<&mut Session<Postgres>>`; callers can pass a pool for it"
}
async fn f(session: Option<&mut Session<Postgres>>) -> Result<(), Error> {
    body()
}
