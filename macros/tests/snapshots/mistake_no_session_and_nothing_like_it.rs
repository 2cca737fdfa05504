::core::compile_error! {
    "the session argument is missing\n\
note: `#[transactional]` gives the body a session through an argument\n\
help: add `session: &mut Session<Postgres>`, or mark an alias of it with `#[session]`"
}
async fn f(cents: i64) -> Result<(), Error> {
    body()
}
